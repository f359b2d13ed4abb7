// The words: each syllable lights as it is sung, the line that is sung comes to the middle, a click goes there.

import { calm, find, make } from "./facts.js";

const panel = find("words");
const HANDS_OFF_MS = 4000;
let lines = [];
let spans = [];
let starts = [];
let lineAt = -1;
let touchedAt = -1e9;
let lit = -1;

/** Set the words of a version: those of the page where they are the same, new ones otherwise. */
export function setWords(music, { keep = false } = {}) {
  lines = music.lines;
  if (!keep) panel.replaceChildren(...written(music));
  const shown = [...panel.querySelectorAll(".line")];
  spans = shown.map((line) => [...line.querySelectorAll(".syl")]);
  starts = lines.map((line) => line.syllables[0][0]);
  lineAt = lit = -1;
}

export const lineStarts = () => starts;
export const lineNow = () => lineAt;

function written(music) {
  const found = [];
  let section = null;
  music.lines.forEach((line, index) => {
    if (line.section !== section) found.push(make("p", { class: "label" }, line.section));
    section = line.section;
    const row = make("p", { class: "line", dir: "auto", "data-line": index });
    line.syllables.forEach(([, , text, ends, trail], place) => {
      row.append(make("span", { class: "syl", "data-syl": line.first + place }, text + trail), ends ? " " : "");
    });
    found.push(row);
  });
  return found.length ? found : [make("p", { class: "label" }, "No words")];
}

/** Light what is sung at a moment. */
export function lightWords(at) {
  let index = -1;
  for (let i = 0; i < starts.length && starts[i] <= at; i += 1) index = i;
  if (index !== lineAt) changeLine(index);
  if (index < 0) return;
  let now = -1;
  lines[index].syllables.forEach(([from, to], place) => {
    const span = spans[index][place];
    const sung = at >= to;
    const sounding = at >= from && !sung;
    span.classList.toggle("sung", sung);
    span.classList.toggle("now", sounding);
    if (sounding) {
      now = lines[index].first + place;
      span.style.setProperty("--filled", `${Math.min(100, (100 * (at - from)) / Math.max(0.12, (to - from) * 0.7))}%`);
    }
  });
  lit = now;
}

export const syllableNow = () => lit;

function changeLine(index) {
  const shown = [...panel.querySelectorAll(".line")];
  shown.forEach((line, place) => {
    line.classList.toggle("past", place < index);
    line.classList.toggle("on", place === index);
    if (place !== index) for (const span of spans[place]) span.classList.remove("sung", "now");
  });
  lineAt = index;
  if (index < 0) { scroll(0); return; }
  if (performance.now() - touchedAt > HANDS_OFF_MS) centre(shown[index]);
}

function centre(line) {
  scroll(line.offsetTop - (panel.clientHeight - line.offsetHeight) / 2);
}

function scroll(top) {
  panel.scrollTo({ top, behavior: calm.matches ? "auto" : "smooth" });
}

/** Go where a syllable or line is clicked; leave the page still for a while where it is scrolled by hand. */
export function listenToWords(deck) {
  for (const kind of ["wheel", "touchmove"]) panel.addEventListener(kind, () => { touchedAt = performance.now(); }, { passive: true });
  panel.addEventListener("click", (event) => {
    if (String(getSelection()) || event.target.closest("button, input, form")) return;
    const syllable = event.target.closest(".syl");
    const line = event.target.closest(".line");
    if (!line) return;
    const index = Number(line.dataset.line);
    const place = syllable ? spans[index].indexOf(syllable) : 0;
    touchedAt = -1e9;
    deck.seek(lines[index].syllables[Math.max(0, place)][0]);
  });
}
