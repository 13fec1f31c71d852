// From the microphone's chunks to the session's samples: only while somebody is to be heard, with what is missing told.

import { remixed, Timeline } from "./sound.js";

const RATE = 16_000;
const KEEP_S = 300; // of sound that the daemon does not have: more does not fit

export class Recorder {
  /** `wire` takes the sound; `onOrigin(ms)` is told the time of sample 0, for a reload to know what it missed. */
  constructor(wire, onOrigin) {
    Object.assign(this, { wire, onOrigin, isOn: false, channels: 1 });
    this.timeline = new Timeline();
  }

  /** Begin, or go on after a pause; `origin` is known after a reload only. */
  begin(channels, origin = null) {
    this.isOn = true;
    this.channels = channels;
    this.timeline.begin(origin);
  }

  end() {
    this.isOn = false;
    this.onOrigin(null);
  }

  get isFull() {
    return this.wire.unsentS >= KEEP_S;
  }

  /** Take a chunk; what finds no room is missing, and is told with the next one that does. */
  take({ pcm, peaks, at }) {
    if (!this.isOn || this.isFull) return;
    const sound = remixed(pcm, peaks.length, this.channels);
    const end = this.wire.outgoing.end + sound.length / this.channels;
    const missingMs = this.timeline.missing(end, at);
    if (missingMs) this.wire.say({ type: "lost", missing_ms: missingMs });
    this.wire.sendAudio(sound);
    this.onOrigin(this.timeline.origin);
  }

  /** Seconds of sound taken so far. */
  get seconds() {
    return this.wire.outgoing.end / RATE;
  }
}
