// A thing to listen to: one sound, or several that play together, fetched and decoded when they are first wanted.

const HEADROOM_DB = 0.3;
export const RATE_HZ = 44100;

export const factor = (db) => 10 ** (db / 20);
let decoder = null;

async function decoded(url) {
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`the sound could not be fetched (${answer.status})`);
  decoder ??= new OfflineAudioContext(2, 1, RATE_HZ);
  return decoder.decodeAudioData(await answer.arrayBuffer());
}

/** {key, lufs, peak, layers: [{name, url, gainDb, pan}]}; peak 1.0 is full scale. */
export class Source {
  constructor(plan) {
    Object.assign(this, plan);
    this.ready = null;
    this.usedAt = 0;
    this.layers = plan.layers.map((layer) => ({ gainDb: 0, pan: 0, level: 1, heard: true, buffer: null, ...layer }));
  }

  load() {
    this.ready ??= Promise.all(this.layers.map(async (layer) => { layer.buffer = await decoded(layer.url); }))
      .catch((error) => { this.ready = null; throw error; });
    return this.ready;
  }

  get loaded() { return this.layers.every((layer) => layer.buffer); }

  forget() {
    for (const layer of this.layers) layer.buffer = null;
    this.ready = null;
  }

  /** The loudest it can be played without clipping, in LUFS. */
  get ceilingLufs() {
    const overDb = 20 * Math.log10(Math.max(this.peak, 1e-4)) + HEADROOM_DB;
    return this.lufs - Math.max(0, overDb);
  }
}
