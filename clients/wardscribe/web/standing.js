// Where the page stands with its session: all it needs to come back to it.  No I/O.

const LOGGED = ["commit", "utterance", "gap", "finalized", "note", "editor", "state"];
const LARGEST = (1 << 20) * 0.75; // characters of sealed states in one message

/** The session as the daemon's events tell it. */
export class Standing {
  constructor(session = "") {
    this.session = session;
    this.state = "";
    this.lastSeq = 0;
    this.seals = [];
    this.coming = [];
    this.counted = session;
  }

  /** A new connection: the daemon seals everything anew. */
  begin() {
    this.coming = [];
  }

  /** Take an event; return whether `sealed` states hold all that was told, and are kept from now on. */
  receive(event) {
    if (event.type === "sealed") return this.#receiveSealed(event);
    if (event.type === "state") this.#receiveState(event);
    if (LOGGED.includes(event.type)) this.lastSeq = Math.max(this.lastSeq, event.seq);
    return false;
  }

  /** Return the `unseal` messages that give the session back, none larger than a message may be. */
  unseals() {
    const batches = [[]];
    let size = 0;
    for (const state of this.seals) {
      if (size && size + state.length > LARGEST) [size] = [0, batches.push([])];
      batches.at(-1).push(state);
      size += state.length;
    }
    return batches.map((states, i) => ({
      type: "unseal", session: this.session, states, is_last: i === batches.length - 1, last_seq: this.lastSeq,
    }));
  }

  #receiveSealed(event) {
    this.coming.length = Math.min(this.coming.length, event.index);
    this.coming.push(event.state);
    if (event.seq < this.lastSeq) return false;
    this.seals = [...this.coming];
    return true;
  }

  #receiveState(event) {
    if (event.session !== this.counted) [this.counted, this.lastSeq] = [event.session, 0];
    this.state = event.state;
    this.session = event.state === "wiped" ? "" : event.session;
    if (event.state === "wiped") this.seals = this.coming = [];
  }
}
