// What the page has to say, in order, until the daemon has it.  No I/O, no clock.  The same rules as outgoing.py:
// audio stays until it is acknowledged and, where the daemon seals sessions, until it is in a sealed state; a step such
// as `stop` stays until an event shows that the daemon took it.

const PROOF = {
  start: ["recording"],
  pause: ["paused"],
  resume: ["recording"],
  stop: ["drafting", "review", "approved", "written"],
  approve: ["approved", "written"],
  discard: ["discarded"],
};
const ANSWERED = ["edit", "restore", "approve"]; // by a note or an error
const OVER = ["written", "discarded", "wiped"];
const HEADER_BYTES = 8;

/** Return the binary message for interleaved s16le samples whose first frame is sample `first`. */
export function audioMessage(first, pcm) {
  const message = new Uint8Array(HEADER_BYTES + pcm.byteLength);
  new DataView(message.buffer).setBigUint64(0, BigInt(first));
  message.set(new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength), HEADER_BYTES);
  return message;
}

/** The ordered audio ({first, end, pcm: Int16Array}) and steps ({type, …}) of one session. */
export class Outgoing {
  constructor(channels) {
    this.channels = channels;
    /** Samples (a channel) taken in so far. */
    this.end = 0;
    this.acknowledged = 0;
    /** Acknowledged audio stays until `forget`: a restarted daemon will ask for it. */
    this.keepsSealed = false;
    this.kept = [];
    this.queue = [];
    this.sent = 0;
    this.isStarting = false;
  }

  /** Samples (a channel) that the daemon does not have yet, as far as is known. */
  get unacknowledged() {
    return this.end - this.acknowledged;
  }

  addAudio(pcm) {
    const first = this.end;
    this.end += pcm.length / this.channels;
    this.queue.push({ first, end: this.end, pcm });
  }

  addStep(step) {
    if (step.type === "start") {
      this.channels = step.channels.length;
      this.end = this.acknowledged = 0;
      this.isStarting = true;
    }
    this.queue.push(step);
  }

  /** After a reload: the session goes on, from what the daemon has. */
  continueAt(sample) {
    this.end = this.acknowledged = sample;
  }

  /** Return the next message of this connection, or null when everything was said. */
  next() {
    if (this.sent === this.queue.length) return null;
    const item = this.queue[this.sent++];
    return item.pcm ? audioMessage(item.first, item.pcm) : JSON.stringify(item);
  }

  /** Forget audio before `sample`, and the steps before that audio: messages arrive in order. */
  acknowledge(sample) {
    if (this.isStarting) return;
    this.acknowledged = Math.max(this.acknowledged, Math.min(sample, this.end));
    let had = 0;
    for (const [i, item] of this.queue.entries()) {
      if (!item.pcm) continue;
      if (item.end > sample) break;
      had = i + 1;
    }
    this.#keep(this.queue.slice(0, had).filter((item) => item.pcm));
    this.#drop(had);
  }

  /** Audio before `sample` is in a sealed state. */
  forget(sample) {
    this.kept = this.kept.filter((item) => item.end > sample);
  }

  /** Forget the oldest of what is only kept for a restart of the daemon, so that memory has a bound. */
  keepAtMost(samples) {
    while (this.kept.length && this.end - this.kept[0].first > samples) this.kept.shift();
  }

  /** The daemon was restarted and has audio before `sample` only: what comes after is to be said again. */
  goBack(sample) {
    while (this.kept.length && this.kept.at(-1).end > sample) {
      this.queue.unshift(this.kept.pop());
      this.sent += 1;
    }
    this.acknowledged = Math.min(this.acknowledged, sample);
  }

  /** Forget the steps that `event`, which came from the daemon, shows to be done or refused. */
  receive(event) {
    if (event.type === "state" && OVER.includes(event.state)) this.#endSession();
    else if (event.type === "state") {
      this.#dropFirst((item) => PROOF[item.type]?.includes(event.state));
      this.isStarting = this.queue.some((item) => item.type === "start");
    } else if (event.type === "gap") this.#dropFirst((item) => item.type === "lost");
    else if ((event.type === "note" && event.final) || event.type === "error") {
      // The answer to an edit; a refused decision is a person's to repeat, not ours.
      this.#dropFirst((item) => ANSWERED.includes(item.type));
    }
  }

  /** The daemon refused to begin: what was to be said of that session is not said. */
  giveUp() {
    Object.assign(this, { queue: [], kept: [], sent: 0, end: 0, acknowledged: 0, isStarting: false });
  }

  /** A new connection: say again what is left.  Audio that was acknowledged in part is cut to the rest. */
  rewind() {
    this.sent = 0;
    const item = this.queue[0];
    if (!item?.pcm || item.first >= this.acknowledged) return;
    const at = (this.acknowledged - item.first) * this.channels;
    this.#keep([{ first: item.first, end: this.acknowledged, pcm: item.pcm.subarray(0, at) }]);
    this.queue[0] = { first: this.acknowledged, end: item.end, pcm: item.pcm.subarray(at) };
  }

  #endSession() {
    const start = this.queue.findIndex((item) => item.type === "start");
    this.#drop(start < 0 ? this.queue.length : start);
    this.kept = [];
    if (start < 0) this.acknowledged = this.end;
  }

  #keep(items) {
    if (this.keepsSealed) this.kept.push(...items);
  }

  #dropFirst(matches) {
    const i = this.queue.findIndex((item, i) => i < this.sent && !item.pcm && matches(item));
    if (i < 0) return;
    this.queue.splice(i, 1);
    this.sent -= 1;
  }

  #drop(count) {
    this.queue.splice(0, count);
    this.sent = Math.max(this.sent - count, 0);
  }
}
