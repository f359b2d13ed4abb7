// The deck: everything that can be heard, on one clock. A version is one sound, the stems are several; whatever plays
// starts at the same frame, so changing from one to another never moves the place in the song. All are played at one
// loudness: that of the quietest, or what the stems can bear without clipping. It looks like a media element, so that
// wavesurfer can draw it.

import { factor, RATE_HZ, Source } from "./source.js";

const FADE_S = 0.012;
const AHEAD_S = 0.02;
const RISE_S = 0.04;
const MOST_KEPT = 3;

export class Deck extends EventTarget {
  constructor(durationS) {
    super();
    this.duration = durationS;
    this.paused = true;
    this.ended = false;
    this.seeking = false;
    this.readyState = 4;
    this.playbackRate = 1;
    this.src = "";
    this.currentSrc = "";
    this.loop = null;
    this.chosen = null;
    this._sources = new Map();
    this._volume = 1;
    this._muted = false;
    this._at = 0;
    this._since = 0;
    this._floor = 0;
    this._playing = [];
    this._turn = 0;
  }

  // ---- what wavesurfer asks of a media element
  canPlayType() { return "probably"; }
  load() {}
  remove() {}
  removeAttribute() {}
  get volume() { return this._volume; }
  set volume(value) { this._volume = value; this._setOutput(); this._say("volumechange"); }
  get muted() { return this._muted; }
  set muted(value) { this._muted = value; this._setOutput(); this._say("volumechange"); }
  get currentTime() { return Math.min(this._place(), this.duration); }
  set currentTime(value) { this.seek(value); }

  // ---- sources
  add(plan) { if (!this._sources.has(plan.key)) this._sources.set(plan.key, new Source(plan)); }
  has(key) { return this._sources.has(key); }
  isLoaded(key) { return Boolean(this._sources.get(key)?.loaded); }
  layers(key) { return this._sources.get(key)?.layers ?? []; }

  /** Fetch and decode a source, without playing it. */
  async prepare(key) {
    const source = this._sources.get(key);
    await source.load();
    source.usedAt = performance.now();
    this._makeRoom(key);
    this._level();
  }

  /** Listen to another source from the same place on. */
  async use(key) {
    this.chosen = key;
    const source = this._sources.get(key);
    if (!source.loaded) {
      this._say("waiting");
      await this.prepare(key);
      this._say("ready");
    }
    if (this.chosen !== key) return;
    source.usedAt = performance.now();
    this.current = key;
    if (!this.paused) this._sound();
    this._say("source");
  }

  /** The loudness all loaded sources are played at, in LUFS. */
  get commonLufs() {
    const known = [...this._sources.values()].filter((source) => source.loaded);
    return known.length ? Math.min(...known.map((source) => source.ceilingLufs)) : null;
  }

  /** What a source is turned up or down by to be as loud as the others, in dB. */
  gainDb(key) {
    const source = this._sources.get(key);
    return source?.loaded ? this.commonLufs - source.lufs : 0;
  }

  /** How loud one layer of a source is: level 0-2 over its own gain, heard or not. */
  setLayer(key, name, { level, heard }) {
    const layer = this.layers(key).find((one) => one.name === name);
    if (!layer) return;
    if (level !== undefined) layer.level = level;
    if (heard !== undefined) layer.heard = heard;
    const node = this._playing.find((one) => one.layer === layer);
    if (node) node.gain.gain.setTargetAtTime(this._layerGain(layer), this.context.currentTime, FADE_S / 3);
  }

  // ---- playing
  async play() {
    if (!this.paused) return;
    if (this.ended || this._at >= this.duration - 0.02) this._at = this.loop ? this.loop[0] : 0;
    this._open();
    const turn = (this._turn += 1);
    const resumed = this.context.resume();
    this.paused = false;
    this.ended = false;
    this._say("play");
    if (!this.isLoaded(this.chosen)) {
      this._say("waiting");
      try { await this.prepare(this.chosen); } catch (error) { this.pause(); throw error; } finally { this._say("ready"); }
    }
    await resumed;
    if (this.paused || turn !== this._turn) return;
    this.current = this.chosen;
    this._sound(this._at);
    this._follow();
  }

  pause() {
    if (this.paused) return;
    this._at = this._place();
    this._silence();
    this.paused = true;
    this._say("pause");
    this._say("timeupdate");
  }

  seek(seconds) {
    const at = Math.min(Math.max(0, seconds), this.duration);
    this.ended = false;
    this._say("seeking");
    this._at = at;
    if (!this.paused && this.isLoaded(this.current)) this._sound(at);
    this._say("timeupdate");
    this._say("seeked");
  }

  /** Play a stretch again and again: [from, to] in seconds; null goes on to the end. */
  setLoop(range) {
    const at = this._place();
    this.loop = range;
    const inside = !range || (at >= range[0] && at < range[1]);
    this._at = inside ? at : range[0];
    if (!this.paused && this.isLoaded(this.current)) this._sound(this._at);
    this._say("loop");
    this._say("timeupdate");
  }

  /** The place that is heard now: what was sent to the loudspeaker, less the time it takes to get there. */
  get heardTime() {
    if (this.paused || !this.context) return this.currentTime;
    return Math.max(0, this.currentTime - (this.context.outputLatency || 0));
  }

  _open() {
    if (this.context) return;
    this.context = new AudioContext({ sampleRate: RATE_HZ, latencyHint: "interactive" });
    this.output = this.context.createGain();
    this.output.connect(this.context.destination);
    this._setOutput();
  }

  _setOutput() { if (this.output) this.output.gain.value = this._muted ? 0 : this._volume; }

  _place(now = this.context?.currentTime ?? 0) {
    if (this.paused || !this._playing.length) return this._at;
    const place = Math.max(this._floor, this._at + now - this._since);
    if (this.loop && this._at < this.loop[1] && place >= this.loop[1]) {
      const [from, to] = this.loop;
      return from + ((place - from) % (to - from));
    }
    return place;
  }

  /** Start what is chosen at one moment just ahead, at the place the song will have reached then; fade out what was. */
  _sound(place = null) {
    const when = this.context.currentTime + AHEAD_S;
    const at = place ?? this._place(when);
    const old = this._playing;
    const source = this._sources.get(this.current);
    const level = factor(this.gainDb(this.current));
    this._playing = source.layers.map((layer) => this._startLayer(layer, when, at, level));
    for (const node of old) this._stopLayer(node, when);
    this._at = at;
    this._since = when;
    this._floor = place ?? -Infinity;
  }

  _startLayer(layer, when, at, level) {
    const node = this.context.createBufferSource();
    node.buffer = layer.buffer;
    if (this.loop && at < this.loop[1]) {
      node.loop = true;
      [node.loopStart, node.loopEnd] = this.loop;
    }
    const gain = this.context.createGain();
    const fade = this.context.createGain();
    gain.gain.value = this._layerGain(layer);
    fade.gain.setValueAtTime(0, when);
    fade.gain.linearRampToValueAtTime(level, when + FADE_S);
    this._placed(node, layer.pan).connect(gain).connect(fade).connect(this.output);
    node.start(when, at);
    return { layer, node, gain, fade };
  }

  _stopLayer({ node, fade }, when) {
    fade.gain.cancelScheduledValues(when);
    fade.gain.setValueAtTime(fade.gain.value, when);
    fade.gain.linearRampToValueAtTime(0, when + FADE_S);
    node.stop(when + FADE_S);
    node.onended = () => fade.disconnect();
  }

  /** A node moved to its place between left and right at equal power, as the mix places it; the middle stays as it is. */
  _placed(node, pan) {
    if (!pan) return node;
    const angle = ((pan + 1) * Math.PI) / 4;
    const wide = new GainNode(this.context, { channelCount: 2, channelCountMode: "explicit" });
    const split = this.context.createChannelSplitter(2);
    const join = this.context.createChannelMerger(2);
    node.connect(wide).connect(split);
    [Math.cos(angle), Math.sin(angle)].forEach((share, channel) => {
      const side = new GainNode(this.context, { gain: Math.SQRT2 * share });
      split.connect(side, channel);
      side.connect(join, 0, channel);
    });
    return join;
  }

  _layerGain(layer) { return layer.heard ? layer.level * factor(layer.gainDb) : 0; }

  _level() {
    const level = factor(this.gainDb(this.current));
    for (const { fade } of this._playing) fade.gain.setTargetAtTime(level, this.context.currentTime, RISE_S);
    this._say("level");
  }

  _silence() {
    const now = this.context?.currentTime ?? 0;
    for (const node of this._playing) this._stopLayer(node, now);
    this._playing = [];
  }

  _follow() {
    const step = () => {
      if (this.paused) return;
      if (!this.loop && this._place() >= this.duration) {
        this.pause();
        this._at = this.duration;
        this.ended = true;
        this._say("ended");
        return;
      }
      this._say("timeupdate");
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  _makeRoom(key) {
    const kept = [...this._sources.values()].filter((one) => one.loaded && one.layers.length === 1 && one.key !== key && one.key !== this.current);
    kept.sort((one, other) => other.usedAt - one.usedAt);
    for (const source of kept.slice(MOST_KEPT - 1)) source.forget();
  }

  _say(name) { this.dispatchEvent(new Event(name)); }
}
