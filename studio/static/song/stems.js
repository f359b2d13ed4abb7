// Stems: every part alone or together with others, on the song's own clock; muted, alone, louder or softer.

import { say } from "../tell.js";
import { blob, colour, decibels, facts, find, make, signed, tell } from "./facts.js";

const list = find("stem-list");
const status = find("stem-status");
const switches = [...document.querySelectorAll("[data-listen]")];
let desk = null;
let desked = null;
const rows = new Map();

export const STEMS = "stems";

/** The key of a version's stems on the deck. */
const keyOf = (master) => `${STEMS}:${master}`;

export class Stems {
  constructor(deck, version) {
    this.deck = deck;
    this.version = version;
    for (const button of switches) button.addEventListener("click", () => this.listen(button.dataset.listen === "stems"));
    deck.addEventListener("source", () => this._showSwitch());
    deck.addEventListener("level", () => this._showLevel());
    document.addEventListener("hibari:theme", () => this.outlines());
  }

  get on() { return Boolean(this.deck.chosen?.startsWith(STEMS)); }

  /** Listen to the stems, or to the finished song, from the same place on. */
  async listen(stems) {
    const { music } = this.version();
    if (!stems) { await this.deck.use(music.master); tell("The finished song"); return; }
    try {
      await this.open();
      status.textContent = "Fetching the stems …";
      await this.deck.use(keyOf(music.master));
      tell("The stems");
    } catch (error) {
      say(`The stems cannot be heard: ${error.message}`, true);
      await this.deck.use(music.master);
    }
    this._showLevel();
  }

  toggle() { return this.listen(!this.on); }

  /** Lay out the stems of the version that is heard. */
  async open() {
    const { music } = this.version();
    if (desked === music.master) return;
    status.textContent = "Measuring the stems …";
    const answer = await fetch(`${facts.urls.version}/${music.master}/stems`, { credentials: "same-origin" });
    if (!answer.ok) throw new Error((await answer.json()).detail ?? answer.statusText);
    desk = await answer.json();
    desked = music.master;
    this.deck.add({
      key: keyOf(music.master), lufs: desk.lufs, peak: desk.peak,
      layers: desk.stems.map((stem) => ({ name: stem.part, gainDb: stem.gain_db, pan: stem.pan,
        url: blob(music.stems.find((one) => one.part === stem.part).audio) })),
    });
    this._rows(music);
    status.textContent = "";
  }

  _rows(music) {
    rows.clear();
    list.replaceChildren(...desk.stems.map((stem) => {
      const row = { stem, muted: false, alone: false, level: 1 };
      const mute = make("button", { type: "button", class: "ms", "aria-pressed": "false", "aria-label": `Mute ${stem.part}` }, "M");
      const solo = make("button", { type: "button", class: "ms", "aria-pressed": "false", "aria-label": `${stem.part} alone` }, "S");
      const level = make("input", { type: "range", min: "0", max: "2", step: "0.05", value: "1", "aria-label": `Level of ${stem.part}` });
      row.canvas = make("canvas", { class: "stem-wave", "aria-hidden": "true" });
      row.shown = make("li", { class: "stem" }, make("span", { class: "stem-name" }, stem.part.replaceAll("-", " ")),
        row.canvas, mute, solo, level);
      mute.addEventListener("click", () => { row.muted = press(mute); this._apply(music); });
      solo.addEventListener("click", () => { row.alone = press(solo); this._apply(music); });
      level.addEventListener("input", () => { row.level = Number(level.value); level.setAttribute("aria-valuetext", `${Math.round(row.level * 100)} per cent`); this._apply(music); });
      rows.set(stem.part, row);
      return row.shown;
    }));
    this.outlines();
  }

  _apply(music) {
    const alone = [...rows.values()].some((row) => row.alone);
    for (const [part, row] of rows) {
      const heard = alone ? row.alone : !row.muted;
      row.shown.classList.toggle("silent", !heard);
      this.deck.setLayer(keyOf(music.master), part, { heard, level: row.level });
    }
    if (!this.on) this.listen(true);
  }

  outlines() {
    for (const { canvas, stem } of rows.values()) {
      const scale = window.devicePixelRatio || 1, wide = canvas.clientWidth || 120, tall = canvas.clientHeight || 26;
      canvas.width = wide * scale;
      canvas.height = tall * scale;
      const pen = canvas.getContext("2d");
      pen.scale(scale, scale);
      pen.fillStyle = colour("wave");
      stem.peaks.forEach((peak, index) => {
        const high = Math.max(1, (peak / 255) * tall);
        pen.fillRect((index * wide) / stem.peaks.length, (tall - high) / 2, Math.max(0.6, wide / stem.peaks.length - 0.3), high);
      });
    }
  }

  _showSwitch() {
    for (const button of switches) button.setAttribute("aria-pressed", String((button.dataset.listen === "stems") === this.on));
  }

  _showLevel() {
    if (!this.on || !this.deck.isLoaded(this.deck.chosen)) return;
    status.textContent = `Dry: without the mix's room and dynamics, balanced as it balances them. Everything now plays at `
      + `${signed(this.deck.commonLufs)} LUFS, the song at ${decibels(this.deck.gainDb(this.version().music.master))}, so that no stem clips.`;
  }
}

function press(button) {
  const pressed = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(pressed));
  return pressed;
}
