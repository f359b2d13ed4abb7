// Versions side by side: A and B at the same place and equally loud, changed in an instant.

import { say } from "../tell.js";
import { blob, decibels, facts, find, signed, tell } from "./facts.js";

const buttons = { a: find("listen-a"), b: find("listen-b") };
const note = find("level-note");
const picks = [...document.querySelectorAll("input[name=pick-a], input[name=pick-b]")];

export class Versions {
  /** `changed` is called with the version that is heard from now on. */
  constructor(deck, changed) {
    this.deck = deck;
    this.changed = changed;
    this.known = new Map([[facts.heard.music.master, facts.heard]]);
    this.chosen = { a: facts.pick_a, b: facts.pick_b };
    this.side = facts.pick_b === facts.heard.music.master ? "b" : "a";
    this._add(facts.heard);
    deck.chosen = facts.heard.music.master;
    for (const side of ["a", "b"]) buttons[side]?.addEventListener("click", () => this.listen(side));
    for (const pick of picks) pick.addEventListener("change", () => this._pick(pick));
    deck.addEventListener("level", () => this._show());
    deck.addEventListener("source", () => this._show());
    this._show();
  }

  get heard() { return this.known.get(this.chosen[this.side]) ?? facts.heard; }

  /** Fetch what is needed of a version, once. */
  async fetched(master) {
    if (!this.known.has(master)) {
      const answer = await fetch(`${facts.urls.version}/${master}`, { credentials: "same-origin" });
      if (!answer.ok) throw new Error((await answer.json()).detail ?? answer.statusText);
      this.known.set(master, await answer.json());
    }
    this._add(this.known.get(master));
    return this.known.get(master);
  }

  /** Listen to A or to B, from the same place on. */
  async listen(side) {
    if (!this.chosen.b) { say("There is one version of this song so far: a retake makes another."); return; }
    this.side = side;
    const master = this.chosen[side];
    this._show();
    try {
      const version = await this.fetched(master);
      const other = this.chosen[side === "a" ? "b" : "a"];
      const both = this.deck.isLoaded(other) ? Promise.resolve() : this.fetched(other).then(() => this.deck.prepare(other));
      await Promise.all([this.deck.prepare(master), both]);
      if (this.chosen[this.side] !== master) return;
      await this.deck.use(master);
      this.changed(version);
      tell(`${side.toUpperCase()}: version ${facts.numbers[master]}, ${decibels(this.deck.gainDb(master))}`);
    } catch (error) {
      say(`Version ${facts.numbers[master]} cannot be heard: ${error.message}`, true);
    }
    this._show();
  }

  swap() { return this.listen(this.side === "a" ? "b" : "a"); }

  _pick(pick) {
    const side = pick.name === "pick-a" ? "a" : "b";
    this.chosen[side] = pick.value;
    if (!this.chosen.b || this.side === side) this.side = side;
    this.listen(this.side);
  }

  _add(version) {
    const { music } = version;
    this.deck.add({ key: music.master, lufs: music.integrated_lufs, peak: 10 ** (music.true_peak_dbtp / 20) * 0.965, layers: [{ name: "song", url: blob(music.audio) }] });
  }

  _show() {
    for (const side of ["a", "b"]) {
      const button = buttons[side];
      if (!button) continue;
      const master = this.chosen[side];
      button.setAttribute("aria-pressed", String(this.side === side));
      button.querySelector(".which").textContent = facts.numbers[master] ?? "–";
      const gain = button.querySelector(".gain");
      gain.textContent = this.deck.isLoaded(master) ? decibels(this.deck.gainDb(master)) : "";
    }
    if (note && this.deck.commonLufs !== null) note.textContent = `Equally loud: both at ${signed(this.deck.commonLufs)} LUFS`;
  }
}
