// What is heard of a microphone: level, too loud, speech for the check; and sound that never came.  No I/O, no clock.

const FLOOR_DB = -60;
const CLIPPED = 0.985;
const CLIP_SHOWN = 8; // chunks
const SPEECH_DB = 12; // above the quietest of late
const LOUD_ENOUGH_DB = -45;
const RISE_DB = 0.4; // a chunk: so the room may grow louder
const HEARD_CHUNKS = 3;
const MISSING_MS = 1_000; // less is a clock's or a scheduler's doing
const MISSING_AT_FIRST_MS = 200; // where sound was surely lost, only how much is not known
const PATIENCE = 5; // chunks on end that must be so late

/** Return a level from 0 to 1 for a bar, of a peak from 0 to 1. */
export function barOf(peak) {
  return Math.max(0, 1 - decibel(peak) / FLOOR_DB);
}

function decibel(peak) {
  return Math.max(FLOOR_DB, 20 * Math.log10(Math.max(peak, 1e-6)));
}

export const SILENT = Object.freeze({ bar: 0, floorDb: 0, isClipping: false, clipFor: 0, speech: 0, isHeard: false });

/** Return how the microphone does after a chunk with this peak (0–1). */
export function heard(sound, peak) {
  const levelDb = decibel(peak);
  const floorDb = levelDb < sound.floorDb ? levelDb : Math.min(sound.floorDb + RISE_DB, levelDb);
  const isSpeech = levelDb > floorDb + SPEECH_DB && levelDb > LOUD_ENOUGH_DB;
  const clipFor = peak >= CLIPPED ? CLIP_SHOWN : Math.max(0, sound.clipFor - 1);
  const speech = isSpeech ? sound.speech + 1 : sound.speech;
  return { bar: barOf(peak), floorDb, clipFor, isClipping: clipFor > 0, speech, isHeard: speech >= HEARD_CHUNKS };
}

/** What should have come by now, and did not: sound that only comes late, because the machine is busy, is not missing. */
export class Timeline {
  constructor() {
    this.begin();
  }

  /** Begin anew.  `origin`, the time of sample 0 in ms, is known where sound may have been lost before. */
  begin(origin = null) {
    this.tolerated = origin === null ? MISSING_MS : MISSING_AT_FIRST_MS;
    this.#count(origin);
  }

  /** Return how many ms are missing before the chunk that ends with `sample` at the time `at`; then they are told. */
  missing(sample, at) {
    const origin = at - sample / 16;
    this.origin ??= origin;
    this.late = [...this.late, origin - this.origin].slice(-PATIENCE);
    const least = Math.min(...this.late);
    const isSure = this.late.length === PATIENCE;
    const isMissing = isSure && least >= this.tolerated;
    if (isSure) this.tolerated = MISSING_MS;
    if (least < 0 || isMissing) this.#count(this.origin + least); // below 0: the one that set the time had come late
    return isMissing ? Math.round(least) : 0;
  }

  #count(origin) {
    this.origin = origin;
    this.late = []; // ms, of the latest chunks
  }
}

/** Return interleaved samples of `from` channels (1 or 2) as those of `to`: mixed to one, or one said twice. */
export function remixed(pcm, from, to) {
  if (from === to) return pcm;
  if (from === 1) return Int16Array.from({ length: pcm.length * 2 }, (_, i) => pcm[i >> 1]);
  return Int16Array.from({ length: pcm.length / 2 }, (_, i) => (pcm[2 * i] + pcm[2 * i + 1]) >> 1);
}
