// The piano roll: all parts, the melody strongest, chords above. A window of the song stands still while the playhead
// crosses it; then the next window is turned up. The notes are drawn once a window; a frame redraws the playhead alone.

import { colour, find, pitchName } from "./facts.js";

const CHORDS_PX = 24;
const PAD_PX = 6;
const LEAD_SHARE = 0.06;
const PART_COLOURS = { bass: "part-bass", chords: "part-chords", pad: "part-pad", counter: "part-counter", lead: "part-counter" };

const box = find("roll");
const base = find("roll-notes");
const top = find("roll-now");

export class Roll {
  constructor(deck) {
    this.deck = deck;
    this.from = 0;
    this.selected = -1;
    this.changed = new Map();
    this.tones = {};
    this._lastX = null;
    this._lastNote = -1;
    box.roll = this;
    new ResizeObserver(() => this.draw()).observe(box);
    document.addEventListener("hibari:theme", () => { this.tones = {}; this.draw(); });
    base.addEventListener("click", (event) => { if (!this.editing) this.deck.seek(this.timeAt(event.offsetX)); });
  }

  /** Show another version's notes. */
  show(music) {
    this.music = music;
    const sounding = [...music.melody.map((note) => note[2]), ...music.parts.filter((part) => !part.is_drums).flatMap((part) => part.notes.map((note) => note[2]))];
    this.low = Math.min(...sounding, 48) - 1;
    this.high = Math.max(...sounding, 72) + 1;
    this.from = 0;
    this.changed.clear();
    this.draw();
  }

  get span() { return Math.min(this.music.duration_s, Math.max(6, box.clientWidth / 62)); }
  x(seconds) { return ((seconds - this.from) / this.span) * box.clientWidth; }
  y(pitch) { return CHORDS_PX + PAD_PX + (this.high - pitch) * this.rowPx; }
  timeAt(x) { return this.from + (x / box.clientWidth) * this.span; }
  get rowPx() { return (box.clientHeight - CHORDS_PX - 2 * PAD_PX) / (this.high - this.low + 1); }

  /** A melody note as it stands now, with changes that are not put back yet. */
  note(index) { return this.changed.get(index) ?? this.music.melody[index]; }

  /** The melody note under a point, and whether the point is on its right edge. */
  hit(x, y) {
    const reach = Math.max(this.rowPx, 9);
    let near = null;
    for (let index = 0; index < this.music.melody.length; index += 1) {
      const [start, end, pitch] = this.note(index);
      const left = this.x(start), right = this.x(end), middle = this.y(pitch) + this.rowPx / 2;
      if (Math.abs(y - middle) > reach || x < left - 3 || x > right + 5) continue;
      const found = { index, edge: x > right - Math.min(7, (right - left) / 3) };
      if (x >= left && x <= right) return found;
      near ??= found;
    }
    return near;
  }

  /** Move the playhead; the window is turned where it leaves it. */
  follow(at) {
    if (!this.music) return;
    const past = at > this.from + this.span * 0.97 || at < this.from;
    if (past && !this.editing) this.turnTo(at);
    else if (past && !this.deck.paused) this.turnTo(at);
    this.drawNow(at);
  }

  turnTo(at) {
    const latest = Math.max(0, this.music.duration_s - this.span);
    this.from = Math.min(Math.max(0, at - this.span * LEAD_SHARE), latest);
    this.draw();
  }

  draw() {
    if (!this.music || !box.clientWidth) return;
    const pen = sized(base);
    pen.clearRect(0, 0, box.clientWidth, box.clientHeight);
    this._grid(pen);
    for (const part of this.music.parts) if (!part.is_drums) this._part(pen, part);
    for (const part of this.music.parts) if (part.is_drums) this._drums(pen, part);
    this.music.melody.forEach((_, index) => this._melody(pen, index, false));
    this._chords(pen);
    sized(top);
    this._lastX = null;
    this.drawNow(this.deck.heardTime);
  }

  /** The playhead and the note that sounds, on a canvas of their own: only the strip that changed is wiped. */
  drawNow(at) {
    const pen = top.getContext("2d");
    const x = Math.round(this.x(at)) + 0.5;
    const sounding = this.music.melody.findIndex((_, index) => { const note = this.note(index); return at >= note[0] && at < note[1]; });
    if (x === this._lastX && sounding === this._lastNote) return;
    if (this._lastX === null || sounding !== this._lastNote) pen.clearRect(0, 0, box.clientWidth, box.clientHeight);
    else pen.clearRect(this._lastX - 2, 0, 4, box.clientHeight);
    if (sounding >= 0) this._melody(pen, sounding, true);
    pen.strokeStyle = this._tone("ink");
    pen.lineWidth = 1.5;
    pen.beginPath();
    pen.moveTo(x, 0);
    pen.lineTo(x, box.clientHeight);
    pen.stroke();
    this._lastX = x;
    this._lastNote = sounding;
  }

  _tone(name) { return (this.tones[name] ??= colour(name)); }

  _grid(pen) {
    const { bar_s: bar, beats_per_bar: beats } = this.music;
    for (let beat = Math.floor(this.from / bar) * beats; (beat * bar) / beats < this.from + this.span; beat += 1) {
      const x = Math.round(this.x((beat * bar) / beats)) + 0.5;
      const downbeat = beat % beats === 0;
      pen.strokeStyle = this._tone(downbeat ? "line" : "grid");
      pen.lineWidth = 1;
      pen.beginPath();
      pen.moveTo(x, downbeat ? 0 : CHORDS_PX);
      pen.lineTo(x, box.clientHeight);
      pen.stroke();
    }
    if (!this.editing) return;
    pen.fillStyle = this._tone("soft");
    pen.font = "11px system-ui, sans-serif";
    for (let pitch = this.low; pitch <= this.high; pitch += 1) {
      if (pitch % 12 !== this.music.tonic) continue;
      pen.fillText(pitchName(pitch), 3, this.y(pitch) + this.rowPx / 2 + 4);
      pen.fillRect(0, this.y(pitch) + this.rowPx - 0.5, box.clientWidth, 0.5);
    }
  }

  _part(pen, part) {
    pen.fillStyle = this._tone(PART_COLOURS[part.role] ?? "part-chords");
    const tall = Math.max(2, this.rowPx - 1);
    for (const [start, end, pitch, velocity] of part.notes) {
      if (end < this.from || start > this.from + this.span) continue;
      pen.globalAlpha = this.editing ? 0.22 : 0.3 + (0.4 * velocity) / 127;
      pen.fillRect(this.x(start), this.y(pitch), Math.max(2, this.x(end) - this.x(start) - 1), tall);
    }
    pen.globalAlpha = 1;
  }

  _drums(pen, part) {
    pen.fillStyle = this._tone("soft");
    for (const [start, , pitch, velocity] of part.notes) {
      if (start < this.from || start > this.from + this.span) continue;
      pen.globalAlpha = 0.2 + (0.4 * velocity) / 127;
      const row = pitch <= 36 ? 2 : pitch <= 41 ? 1 : 0;
      pen.fillRect(this.x(start), box.clientHeight - 4 - row * 3, 2, 2);
    }
    pen.globalAlpha = 1;
  }

  _melody(pen, index, sounding) {
    const [start, end, pitch] = this.note(index);
    if (end < this.from || start > this.from + this.span) return;
    const tall = Math.max(5, this.rowPx + 1);
    const x = this.x(start), y = this.y(pitch) - (tall - this.rowPx) / 2;
    pen.fillStyle = this._tone(sounding ? "ink" : this.changed.has(index) ? "warn" : "accent");
    pen.beginPath();
    pen.roundRect(x, y, Math.max(3, this.x(end) - x - 1), tall, 2.5);
    pen.fill();
    if (index === this.selected && this.editing) {
      pen.strokeStyle = this._tone("ink");
      pen.lineWidth = 2;
      pen.stroke();
    }
  }

  _chords(pen) {
    pen.font = "600 13px system-ui, sans-serif";
    pen.textBaseline = "middle";
    let clearFrom = -1e9;
    for (const [start, end, symbol] of this.music.chords) {
      if (end <= this.from || start > this.from + this.span) continue;
      const x = Math.max(4, this.x(start) + 5);
      if (x < clearFrom) continue;
      pen.fillStyle = this._tone("ink");
      pen.fillText(symbol, x, CHORDS_PX / 2);
      clearFrom = x + pen.measureText(symbol).width + 6;
    }
    pen.textBaseline = "alphabetic";
  }
}

/** A canvas's pen, its pixels those of the screen. */
function sized(canvas) {
  const scale = window.devicePixelRatio || 1;
  const wide = Math.round(box.clientWidth * scale), tall = Math.round(box.clientHeight * scale);
  if (canvas.width !== wide || canvas.height !== tall) { canvas.width = wide; canvas.height = tall; }
  const pen = canvas.getContext("2d");
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  if (canvas === top) pen.clearRect(0, 0, wide, tall);
  return pen;
}
