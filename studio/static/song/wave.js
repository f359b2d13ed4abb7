// The waveform: drawn from heights that the server measured, with sections, the loop and people's remarks on it.

import WaveSurfer from "../vendor/wavesurfer-8.0.1.esm.js";
import Regions from "../vendor/wavesurfer-regions-8.0.1.esm.js";
import { clock } from "../tell.js";
import { colour, facts, find, make } from "./facts.js";

const host = find("wave");
const marks = find("marks");
const flags = find("flags");
let surfer = null;
let regions = null;
let looped = null;
let sections = [];

const heights = (peaks) => [Float32Array.from(peaks, (peak) => peak / 255)];
const paint = () => ({ waveColor: colour("wave"), progressColor: colour("accent"), cursorColor: colour("ink") });

export function drawWave(deck, heard) {
  regions = Regions.create();
  surfer = WaveSurfer.create({
    container: host, media: deck, peaks: heights(heard.peaks), duration: heard.music.duration_s, height: "auto",
    barWidth: 2, barGap: 1.5, barRadius: 2, cursorWidth: 2, dragToSeek: { debounceTime: 0 }, cspNonce: facts.nonce,
    plugins: [regions], ...paint(),
  });
  surfer.once("ready", () => showSections(deck, heard.music));
  deck.addEventListener("timeupdate", () => tellPlace(deck));
  deck.addEventListener("loop", () => showLoop(deck));
  document.addEventListener("hibari:theme", () => { surfer.setOptions(paint()); tintSections(); });
  host.addEventListener("keydown", (event) => {
    if (event.key !== "Home" && event.key !== "End") return;
    event.preventDefault();
    deck.seek(event.key === "Home" ? 0 : deck.duration);
  });
  tellPlace(deck);
}

/** Another version's outline and sections. */
export function changeWave(deck, heard) {
  surfer.load("", heights(heard.peaks), heard.music.duration_s).then(() => showSections(deck, heard.music));
}

/** The section at a place: its index, -1 outside. */
export const sectionAt = (at) => sections.findIndex((section) => at >= section.start_s && at < section.end_s);
export const sectionList = () => sections;

function showSections(deck, music) {
  sections = music.sections;
  marks.replaceChildren(...sections.map((section) => {
    const mark = make("button", { type: "button", class: "mark", title: `${section.name}, ${clock(section.start_s)}`,
      "aria-label": `Go to ${section.name} at ${clock(section.start_s)}` }, section.name);
    mark.style.left = `${(100 * section.start_s) / music.duration_s}%`;
    mark.style.width = `${(100 * (Math.min(section.end_s, music.duration_s) - section.start_s)) / music.duration_s}%`;
    mark.addEventListener("click", () => deck.seek(section.start_s));
    return mark;
  }));
  tintSections();
  tellPlace(deck);
}

function tintSections() {
  regions.clearRegions();
  looped = null;
  for (const section of sections.filter((one) => one.role === "chorus")) {
    regions.addRegion({ start: section.start_s, end: section.end_s, drag: false, resize: false, color: colour("wave-chorus") });
  }
}

function showLoop(deck) {
  looped?.remove();
  looped = deck.loop && regions.addRegion({ start: deck.loop[0], end: deck.loop[1], drag: false, resize: false, color: colour("wave-loop") });
}

/** Remarks as flags over the waveform; `jump` is called with the moment of the one that is pressed. */
export function showFlags(remarks, duration, jump) {
  flags.replaceChildren(...remarks.map((remark) => {
    const flag = make("button", { type: "button", class: `flag${remark.draft ? " flag-draft" : ""}`,
      "aria-label": `Remark at ${clock(remark.at_s)}: ${remark.text}`, title: `${clock(remark.at_s)}  ${remark.text}` });
    flag.style.left = `${(100 * remark.at_s) / duration}%`;
    flag.addEventListener("click", () => jump(remark.at_s));
    return flag;
  }));
}

function tellPlace(deck) {
  const at = deck.currentTime;
  const inside = sectionAt(at);
  host.setAttribute("aria-valuemax", String(Math.round(deck.duration)));
  host.setAttribute("aria-valuenow", String(Math.round(at)));
  host.setAttribute("aria-valuetext", `${clock(at)} of ${clock(deck.duration)}${inside < 0 ? "" : `, ${sections[inside].name}`}`);
  [...marks.children].forEach((mark, index) => mark.classList.toggle("on", index === inside));
}
