// What the page says of its song, and the few things every module of it needs.

import { secret } from "../tell.js";

/** Everything the server put into the page for its scripts; null on a page without a finished song. */
export const facts = JSON.parse(document.getElementById("song-facts")?.textContent ?? "null");

export const find = (id) => document.getElementById(id);

/** The address of a blob's bytes. */
export const blob = (ref) => `/api/v1/blobs/${ref.sha256}?type=${encodeURIComponent(ref.media_type)}`;

/** An element with attributes and children; text is never read as markup. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** A colour of the theme as it is now. A canvas cannot read light-dark(), so an element is asked. */
export function colour(name) {
  probe.style.color = `var(--${name})`;
  return getComputedStyle(probe).color;
}
const probe = make("span", { hidden: true });
document.body.append(probe);

/** Say something to those who do not see the page. */
export function tell(text) {
  const said = find("song-said");
  if (said) said.textContent = text;
}

/** A number with a real minus sign. */
export const signed = (value) => value.toFixed(1).replace("-", "−");

/** Decibels as a musician reads them: +1.2 dB, −0.3 dB. */
export const decibels = (value) => `${value < -0.05 ? "−" : value > 0.05 ? "+" : "±"}${Math.abs(value).toFixed(1)} dB`;

export const calm = matchMedia("(prefers-reduced-motion: reduce)");

const PITCHES = ["C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"];

/** A MIDI pitch by name: 60 is C4. */
export const pitchName = (pitch) => `${PITCHES[pitch % 12]}${Math.floor(pitch / 12) - 1}`;

/** Send JSON to the API: {ok, told}, where `told` is the answer or the problem. */
export async function ask(url, body) {
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": secret };
  const answer = await fetch(url, { method: "POST", body: JSON.stringify(body), headers, credentials: "same-origin" });
  return { ok: answer.ok, told: answer.status === 204 ? {} : await answer.json() };
}
