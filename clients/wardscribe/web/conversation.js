// What a person sees of a session: the model so far and an event in, the next model out.  Nothing is changed in place,
// so whoever draws knows by identity what is new.  No I/O, no clock.

export const EMPTY = Object.freeze({
  session: "",
  state: "",
  reason: "",
  /** Lines {kind: "line", number, channel, startMs, words: [{text, p}], tail: [text], ended} and gaps
   *  {kind: "gap", startMs, missingMs}, in the order of time. */
  items: Object.freeze([]),
  heardMs: 0,
  /** By channel: {levelDb, clipping, silenceS}. */
  quality: Object.freeze([]),
  note: null,
  hash: "",
  /** How it ended: written, discarded, or nothing yet. */
  outcome: "",
  editor: null,
  warning: "",
  ready: null,
});

/** Return the model after `event`. */
export function next(model, event) {
  switch (event.type) {
    case "ready":
      return { ...model, ready: event };
    case "state":
      return nextState(model, event);
    case "ack":
      return { ...model, heardMs: Math.floor(event.sample / 16) };
    case "quality":
      return { ...model, quality: withQuality(model.quality, event) };
    case "note":
      return { ...model, note: event.note, hash: event.final ? event.hash : "" };
    case "missed": // it ended while nobody was connected here: what was approved may be another note than the last one known
      return { ...model, note: null };
    case "editor":
      return { ...model, editor: event.client };
    case "error":
      return { ...model, warning: event.code };
    case "gap":
      return { ...model, items: inserted(model.items, { kind: "gap", startMs: event.at_ms, missingMs: event.missing_ms }) };
    case "utterance":
    case "commit":
    case "partial":
      return { ...model, items: withSpeech(model.items, event) };
    default:
      return model;
  }
}

function nextState(model, event) {
  const { session, state, reason } = event;
  const isOther = session !== model.session;
  const before = isOther ? { ...EMPTY, ready: model.ready } : model;
  const after = { ...before, session, state, reason: reason || before.reason, warning: "" };
  // The approved note stays readable on the page until the next conversation: nothing else holds it any more.
  if (state === "written") return { ...after, outcome: state, items: EMPTY.items };
  if (state === "discarded") return { ...after, outcome: state, items: EMPTY.items, note: null };
  return after;
}

function withQuality(quality, event) {
  const copy = [...quality];
  copy[event.channel] = { levelDb: event.level_db, clipping: event.clipping, silenceS: event.silence_s };
  return copy;
}

function withSpeech(items, event) {
  const at = items.findLastIndex((item) => item.kind === "line" && item.number === event.utterance);
  if (at >= 0) return items.with(at, spoken(items[at], event));
  const startMs = event.start_ms ?? event.words[0]?.start_ms ?? items.at(-1)?.startMs ?? 0;
  const line = { kind: "line", number: event.utterance, channel: event.channel, startMs, words: [], tail: [], ended: false };
  return inserted(items, spoken(line, event));
}

function spoken(line, event) {
  if (event.type === "partial") return { ...line, tail: event.words.map((word) => word.text) };
  if (event.type === "commit") {
    const words = event.words.map(({ text, p }) => ({ text, p }));
    // What is committed now was the beginning of the tail; the next partial tells the rest.
    return { ...line, words: [...line.words, ...words], tail: line.tail.slice(words.length) };
  }
  return { ...line, startMs: event.start_ms, ended: event.ended, tail: event.ended ? [] : line.tail };
}

function inserted(items, item) {
  const at = items.findLastIndex((other) => other.startMs <= item.startMs) + 1;
  return items.toSpliced(at, 0, item);
}

/** Return whether somebody is being recorded, or could be at once. */
export function isLive(model) {
  return model.state === "recording" || model.state === "paused";
}

/** Return whether the note can be read, changed and approved. */
export function isReview(model) {
  return model.state === "review" && model.hash !== "";
}

/** Return what a line says. */
export function textOf(line) {
  return line.words.map((word) => word.text).join(" ");
}
