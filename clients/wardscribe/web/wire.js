// One session with the daemon, over as many connections as it takes.  The token and what was said are in memory only.

import { Outgoing } from "./outgoing.js";
import { Standing } from "./standing.js";

const RATE = 16_000;
const KEEP_S = 300;
const FIRST_RETRY_MS = 250;
const SLOWEST_RETRY_MS = 5_000;
const PATIENCE_MS = 6_000; // without an answer to what was sent the line is dead, whatever the browser believes
const BUSY = 1_000_000; // bytes that the browser has not sent yet

/**
 * `onEvent(event)` is told what the daemon says; `onLink(link)` how the line is: connecting, connected, lost (and being
 * tried again), locked (a token is wanted), displaced (another page records), refused, gone (the session is not there).
 */
export class Wire {
  constructor(url, name, { device, session, channels }, { onEvent, onLink }) {
    Object.assign(this, { url, name, device, onEvent, onLink });
    this.standing = new Standing(session);
    this.outgoing = new Outgoing(channels.length);
    this.token = "";
    this.link = "connecting";
    this.attempt = 0;
    this.awaits = 0; // when what was sent first is to be answered
    this.isGreeted = this.isCaughtUp = false;
    setInterval(() => this.#watch(), 1_000);
    addEventListener("offline", () => this.socket?.close());
    addEventListener("online", () => this.link === "lost" && this.connect());
  }

  /** Seconds of audio that wait for the daemon. */
  get unsentS() {
    return this.outgoing.unacknowledged / RATE;
  }

  connect(token = this.token) {
    clearTimeout(this.timer);
    this.token = token;
    this.retryMs = undefined;
    if (this.link !== "lost") this.#tell("connecting");
    this.isGreeted = this.isCaughtUp = false;
    this.triesSeals = false;
    const socket = new WebSocket(this.url, "wardscribe.v1");
    socket.binaryType = "arraybuffer";
    socket.onopen = () => socket.send(JSON.stringify(this.#hello(this.standing.session, this.standing.lastSeq)));
    socket.onmessage = (message) => socket === this.socket && this.#take(JSON.parse(message.data));
    socket.onclose = () => socket === this.socket && this.#lose();
    const before = this.socket;
    this.socket = socket;
    before?.close();
    this.awaits = Date.now() + PATIENCE_MS;
  }

  /** Say a step after all that was said before it. */
  say(step) {
    this.outgoing.addStep(step);
    this.#send();
  }

  sendAudio(pcm) {
    this.outgoing.addAudio(pcm);
    this.outgoing.keepAtMost(KEEP_S * RATE);
    this.#send();
  }

  // ------------------------------------------------------------------------------------------------------------------

  #hello(session, lastSeq) {
    return {
      type: "hello", token: this.token, client: this.name, session, last_seq: session ? lastSeq : 0, device: this.device,
    };
  }

  #take(event) {
    this.awaits = 0;
    if (!this.isGreeted && event.type === "error") return this.#refused(event);
    if (event.type === "bye") this.retryMs = event.retry_after_ms || Infinity;
    if (event.type === "ready") this.#greeted(event);
    if (event.type === "ack") this.#acknowledged(event.sample);
    if (this.standing.receive(event)) this.outgoing.forget(event.sample);
    if (event.type === "sealed") return undefined;
    if (event.type === "state" && event.state === "wiped") this.isCaughtUp = true;
    if (event.type === "error" && this.outgoing.isStarting) this.outgoing.giveUp();
    this.outgoing.receive(event);
    this.onEvent(event);
    return this.#send();
  }

  #refused(event) {
    if (event.code === "unauthorized") this.#end("locked");
    else if (event.code !== "unknown_session") this.#end("refused");
    else if (this.standing.seals.length && !this.triesSeals) {
      this.triesSeals = true;
      this.socket.send(JSON.stringify(this.#hello("", 0)));
    } else this.#forgetSession();
  }

  #forgetSession() {
    this.standing = new Standing();
    this.outgoing.giveUp();
    this.#tell("gone");
    this.connect();
  }

  #greeted(ready) {
    this.isGreeted = true;
    this.attempt = 0;
    this.outgoing.keepsSealed = ready.seals;
    this.standing.begin();
    if (this.triesSeals) for (const message of this.standing.unseals()) this.socket.send(JSON.stringify(message));
    if (!this.standing.session) this.#catchUp();
    this.#tell("connected");
  }

  #acknowledged(sample) {
    if (!this.isCaughtUp) {
      if (this.outgoing.end === 0) this.outgoing.continueAt(sample);
      else this.outgoing.goBack(sample);
    }
    this.outgoing.acknowledge(sample);
    if (!this.isCaughtUp) this.#catchUp();
  }

  #catchUp() {
    this.outgoing.rewind();
    this.isCaughtUp = true;
  }

  #send() {
    if (!this.isCaughtUp || this.socket?.readyState !== WebSocket.OPEN) return;
    let message;
    while (this.socket.bufferedAmount < BUSY && (message = this.outgoing.next()) !== null) {
      this.socket.send(message);
      this.awaits ||= Date.now() + PATIENCE_MS;
    }
  }

  #watch() {
    this.#send();
    if (this.socket && this.awaits && Date.now() > this.awaits) this.#lose();
  }

  #lose() {
    const socket = this.socket;
    this.socket = null;
    this.awaits = 0;
    socket?.close();
    if (["locked", "refused", "displaced"].includes(this.link)) return;
    if (this.retryMs === Infinity) return void this.#tell("displaced");
    const slowest = Math.min(FIRST_RETRY_MS * 2 ** this.attempt, SLOWEST_RETRY_MS);
    const wait = Math.max(this.retryMs ?? 0, slowest * (0.5 + Math.random() / 2));
    this.attempt += 1;
    this.#tell("lost");
    this.timer = setTimeout(() => this.connect(), wait);
  }

  #end(link) {
    this.#tell(link);
    this.socket.close();
  }

  #tell(link) {
    this.link = link;
    this.onLink(link);
  }
}
