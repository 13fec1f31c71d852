// The frame around what is shown: state, time, line, the buttons that make sense now, and what the page has to say.

import { isLive } from "./conversation.js";
import { $, clock, setText } from "./dom.js";
import { say as text, word } from "./words.js";

const ALERT_MS = 10_000;
const SENDING_S = 3; // so much is under way while all is well
const BUTTONS = {
  "": ["start"],
  recording: ["discard", "pause", "stop"],
  paused: ["discard", "resume", "stop"],
  drafting: ["discard"],
  review: ["discard", "next-flag", "approve"],
  written: ["copy", "again"],
  discarded: ["again"],
};
const ALL = new Set([...Object.values(BUTTONS).flat(), "take"]);

let hiding;

/** Return which of the page's views is shown. */
export function viewOf(model, link) {
  if (link === "locked") return "locked";
  if (model.outcome) return "done";
  return model.state && model.state !== "open" ? "talk" : "setup";
}

/** Say something that must be noticed; `isCalm`: it is good news.  Nothing takes it away. */
export function say(words, isCalm = false) {
  clearTimeout(hiding);
  $("alert").className = isCalm ? "calm" : "";
  setText($("alert"), words);
  if (words) hiding = setTimeout(() => setText($("alert"), ""), ALERT_MS);
}

export function drawState(model) {
  const state = model.outcome || model.state;
  // Without a record system nothing was delivered to anybody: approved is all it is.
  const told = model.reason === "no_record_system" ? "approved" : state;
  $("state").hidden = !state;
  $("state").dataset.state = state;
  setText($("state").lastChild, state ? word("states", told) : "");
}

export function drawClock(seconds) {
  setText($("clock"), clock(seconds * 1000));
}

export function drawLink(link, { unsentS, isFull, isRecording }) {
  const seconds = Math.round(unsentS);
  $("link").dataset.link = link;
  setText($("link").lastChild, text(linkText(link, { seconds, isFull, isRecording }), { seconds }));
}

function linkText(link, { seconds, isFull, isRecording }) {
  if (link === "lost") return isFull ? "link_full" : isRecording ? "link_lost" : "link_lost_idle";
  if (link === "connected" && isRecording && seconds > SENDING_S) return "link_sending";
  return link === "gone" ? "link_connecting" : `link_${link}`;
}

/** Show the buttons that make sense; `must`: sentences still to be looked at; `isOurs`: the note is edited here; `trouble`: the microphone's. */
export function drawFooter(model, { must, isOurs, trouble }) {
  const state = model.outcome || (model.state === "open" ? "" : model.state);
  const isElsewhere = model.state === "review" && !isOurs;
  const shown = new Set(isElsewhere ? ["take"] : (BUTTONS[state] ?? []));
  if (!model.note) shown.delete("copy"); // it ended while the page was away
  for (const id of ALL) $(id).hidden = !shown.has(id);
  $("levels").hidden = !isLive(model);
  $("approve").setAttribute("aria-disabled", String(must > 0));
  $("next-flag").setAttribute("aria-disabled", String(must === 0)); // it leaves its place free: nothing moves under a finger
  drawSays(model, { must, isOurs, isElsewhere, trouble: model.state === "paused" ? trouble : "" });
}

function drawSays(model, { must, isOurs, isElsewhere, trouble }) {
  const says = isElsewhere
    ? text("elsewhere", { client: model.editor })
    : must ? text("must_touch", { count: must }) : isOurs && !model.outcome ? text("ready_to_approve") : trouble && text(trouble);
  setText($("says"), says);
  $("says").className = must ? "doubt" : trouble ? "trouble" : "";
}
