// Editing notes on the roll: drag a note up or down for its pitch and its right edge for its length, or do the same by
// keys. Lengths snap to sixteenths; what is changed is put back at once, as one edit.

import { say } from "../tell.js";
import { ask, facts, find, pitchName } from "./facts.js";

const SNAP_TICKS = 120;
const box = find("roll");
const canvas = find("roll-notes");
const told = find("note-told");
const sender = find("notes-send");

export class NoteEditing {
  constructor(roll, changed) {
    this.roll = roll;
    this.changed = changed;
    this.on = false;
    canvas.addEventListener("pointerdown", (event) => this._grab(event));
    canvas.addEventListener("pointermove", (event) => this._drag(event));
    for (const kind of ["pointerup", "pointercancel"]) canvas.addEventListener(kind, () => { this.held = null; });
    box.addEventListener("keydown", (event) => this._key(event));
    sender?.addEventListener("click", () => this.send());
    find("notes-undo")?.addEventListener("click", () => { this.roll.changed.clear(); this._show(); });
  }

  set(on) {
    this.on = on;
    this.roll.editing = on;
    box.classList.toggle("editing", on);
    find("note-bar").hidden = !on;
    if (on && this.roll.selected < 0) this.select(this._nearest());
    if (!on) this.roll.changed.clear();
    this._show();
  }

  select(index) {
    const notes = this.roll.music.melody;
    if (!notes.length) return;
    this.roll.selected = Math.min(Math.max(0, index), notes.length - 1);
    const [start, end] = this.roll.note(this.roll.selected);
    if (start < this.roll.from || end > this.roll.from + this.roll.span) this.roll.turnTo(Math.max(0, start - this.roll.span / 3));
    this._show();
  }

  /** Change the selected note by semitones and by ticks of length. */
  change(semitones, ticks) {
    const { roll } = this;
    const index = roll.selected;
    const [start, , pitch, syllable, onset, duration] = roll.note(index);
    const next = roll.music.melody[index + 1];
    const most = (next ? roll.note(index + 1)[4] : onset + duration + 4 * SNAP_TICKS) - onset;
    const long = Math.min(Math.max(SNAP_TICKS, duration + ticks), Math.max(most, SNAP_TICKS));
    const high = Math.min(108, Math.max(24, pitch + semitones));
    roll.changed.set(index, [start, start + long * roll.music.tick_s, high, syllable, onset, long]);
    const [, , wasPitch, , , wasLong] = roll.music.melody[index];
    if (wasPitch === high && wasLong === long) roll.changed.delete(index);
    this._show();
  }

  async send() {
    const { roll } = this;
    const changes = [...roll.changed].map(([index, note]) => ({ index, pitch: note[2], duration_ticks: note[5] }));
    if (!changes.length) return;
    const { ok, told: said } = await ask(facts.urls.notes, { changes });
    if (!ok) { told.textContent = said.detail; told.classList.add("field-wrong"); return; }
    for (const [index, note] of roll.changed) roll.music.melody[index] = note;
    roll.changed.clear();
    this._show();
    say(`${changes.length === 1 ? "One note is" : `${changes.length} notes are`} put in, to be sung once what follows is made.`);
    this.changed();
  }

  _grab(event) {
    if (!this.on) return;
    const found = this.roll.hit(event.offsetX, event.offsetY);
    if (!found) return;
    canvas.setPointerCapture(event.pointerId);
    const note = this.roll.note(found.index);
    this.held = { ...found, x: event.offsetX, y: event.offsetY, pitch: note[2], ticks: note[5] };
    this.select(found.index);
    box.focus({ preventScroll: true });
  }

  _drag(event) {
    if (!this.on) return;
    if (!this.held) {
      const over = this.roll.hit(event.offsetX, event.offsetY);
      canvas.style.cursor = over ? (over.edge ? "ew-resize" : "ns-resize") : "default";
      return;
    }
    const note = this.roll.note(this.roll.selected);
    if (this.held.edge) {
      const dragged = ((event.offsetX - this.held.x) / box.clientWidth) * this.roll.span / this.roll.music.tick_s;
      const snapped = Math.round((this.held.ticks + dragged) / SNAP_TICKS) * SNAP_TICKS;
      this.change(0, snapped - note[5]);
    } else {
      this.change(this.held.pitch + Math.round((this.held.y - event.offsetY) / this.roll.rowPx) - note[2], 0);
    }
  }

  _key(event) {
    if (!this.on || event.ctrlKey || event.metaKey || event.altKey) return;
    const doing = {
      ArrowLeft: () => this.select(this.roll.selected - 1), ArrowRight: () => this.select(this.roll.selected + 1),
      ArrowUp: () => this.change(event.shiftKey ? 12 : 1, 0), ArrowDown: () => this.change(event.shiftKey ? -12 : -1, 0),
      ",": () => this.change(0, -SNAP_TICKS), ".": () => this.change(0, SNAP_TICKS), Enter: () => this.send(),
    }[event.key];
    if (!doing) return;
    event.preventDefault();
    event.stopPropagation();
    doing();
  }

  _nearest() {
    const at = this.roll.deck.heardTime;
    const found = this.roll.music.melody.findIndex((note) => note[1] > at);
    return found < 0 ? 0 : found;
  }

  _show() {
    const { roll } = this;
    roll.draw();
    if (!this.on || roll.selected < 0) return;
    const [, , pitch, syllable, , ticks] = roll.note(roll.selected);
    const line = roll.music.lines.find((one) => syllable >= one.first && syllable < one.first + one.syllables.length);
    const said = line ? line.syllables[syllable - line.first][2] : "";
    told.classList.remove("field-wrong");
    told.textContent = `“${said}”, ${pitchName(pitch)}, ${length(ticks)}`;
    const count = roll.changed.size;
    sender.disabled = count === 0;
    sender.textContent = count ? `Put in ${count} ${count === 1 ? "note" : "notes"}` : "Nothing changed";
  }
}

const length = (ticks) => { const sixteenths = ticks / SNAP_TICKS; return sixteenths % 4 ? `${sixteenths} sixteenths` : `${sixteenths / 4} ${sixteenths === 4 ? "beat" : "beats"}`; };
