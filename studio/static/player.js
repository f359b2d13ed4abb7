// The small player of a page: one song after the other, from list items that carry data-audio.

import { clock, say } from "./tell.js";

export class Player {
  constructor(bar, songs) {
    this.bar = bar;
    this.songs = songs;
    this.sound = bar.querySelector("audio");
    this.at = "";
    this.part = (name) => bar.querySelector(`[data-player="${name}"]`);
    this.part("play").addEventListener("click", () => this.toggle());
    this.part("next").addEventListener("click", () => this.step(1));
    this.part("back").addEventListener("click", () => this.step(-1));
    this.part("seek").addEventListener("input", (event) => {
      if (this.sound.duration) this.sound.currentTime = event.target.value / 1000 * this.sound.duration;
    });
    this.sound.addEventListener("ended", () => this.step(1));
    this.sound.addEventListener("timeupdate", () => this.show());
    this.sound.addEventListener("durationchange", () => this.show());
    for (const kind of ["play", "pause"]) this.sound.addEventListener(kind, () => this.mark());
    this.sound.addEventListener("error", () => { if (this.at) say("This song cannot be played: its file is missing or damaged.", true); });
  }

  list() { return this.songs().filter((item) => item.dataset.audio); }

  play(item) {
    if (!item) return;
    if (this.at === item.id && this.sound.src) { this.toggle(); return; }
    this.at = item.id;
    this.bar.hidden = false;
    document.body.classList.add("has-player");
    this.part("title").textContent = item.dataset.title;
    this.part("title").href = item.dataset.href;
    this.part("all").textContent = clock(Number(item.dataset.seconds));
    this.sound.src = item.dataset.audio;
    this.sound.play().catch(() => {});
    this.mark();
  }

  toggle() {
    if (!this.sound.src) { this.play(this.list()[0]); return; }
    if (this.sound.paused) this.sound.play().catch(() => {}); else this.sound.pause();
  }

  step(by) {
    const list = this.list();
    const next = list[list.findIndex((item) => item.id === this.at) + by];
    if (next) this.play(next); else if (by > 0) { this.sound.pause(); this.sound.currentTime = 0; }
  }

  show() {
    const { currentTime, duration } = this.sound;
    this.part("now").textContent = clock(currentTime);
    if (duration) {
      this.part("seek").value = currentTime / duration * 1000;
      this.part("seek").setAttribute("aria-valuetext", `${clock(currentTime)} of ${clock(duration)}`);
    }
  }

  mark() {
    const playing = !this.sound.paused;
    this.bar.classList.toggle("playing", playing);
    this.part("play").setAttribute("aria-label", playing ? "Pause" : "Play");
    for (const item of this.songs()) {
      const mine = item.id === this.at;
      item.classList.toggle("current", mine);
      item.classList.toggle("playing", mine && playing);
      item.querySelector(".song-play")?.setAttribute("aria-label", `${mine && playing ? "Pause" : "Play"} ${item.dataset.title}`);
    }
  }
}
