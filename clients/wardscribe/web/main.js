// The page: what the daemon tells and what a person does go in, what stands on the screen comes out.

import { EMPTY, isLive, isReview, next, textOf } from "./conversation.js";
import { $, clock } from "./dom.js";
import { soon } from "./frames.js";
import { drawKeys, listenToKeys } from "./keys.js";
import { remember, remembered } from "./memory.js";
import { drawRead, NoteView, tellWarning } from "./note.js";
import { Recorder } from "./recorder.js";
import { asText, litBy, restingOn, untouched } from "./review.js";
import { Search } from "./search.js";
import { Setup } from "./setup.js";
import { drawClock, drawFooter, drawLink, drawState, say as tell, viewOf } from "./status.js";
import { Transcript } from "./transcript.js";
import { Wire } from "./wire.js";
import { knows, loadWords, say, speak, word } from "./words.js";

const SHOWN_MS = 600_000; // an approved note on a screen that nobody clears
const NOTHING_LIT = litBy([]);
const UNSEEN = ["ack", "quality", "finalized"]; // ten a second, and nothing that stands on the screen
const SPEECH = ["utterance", "commit", "partial", "gap"]; // lines, and nothing else
const UNREMARKABLE = ["wrong_order"]; // sound that was under way when a session was refused or ended

const memory = remembered();
const name = `page ${memory.device.slice(0, 4)}`;
const page = { model: EMPTY, link: "connecting", lit: NOTHING_LIT, touched: new Set(), approves: "", cleared: 0, isReloaded: memory.session !== "" };

const wire = new Wire(location.origin.replace(/^http/, "ws"), name, memory, { onEvent, onLink });
const recorder = new Recorder(wire, (origin) => remember(memory, { origin }));
const setup = new Setup({ onChunk, onGone });
const transcript = new Transcript(chooseUtterance);
const note = new NoteView({ choose: chooseSentence, edit, restore, heardFor });

// ------------------------------------------------------------------------------------------------- what the daemon tells

function onEvent(event) {
  const before = page.model;
  page.model = next(before, event);
  if (event.type === "ready") setup.offer(event);
  if (event.type === "error") refused(event.code);
  if (event.type === "state") changed(before.state);
  if (isOverUnseen(event)) page.model = next(page.model, { type: "missed" });
  if (event.type === "ack" || event.type === "state") goOn();
  if (event.type === "partial" && recorder.isOn) return; // the next chunk's frame shows it: each costs
  if (!UNSEEN.includes(event.type)) draw(SPEECH.includes(event.type) ? drawLines : drawAll);
}

function changed(before) {
  const { state, session } = page.model;
  remember(memory, { session: state === "wiped" ? "" : session });
  const isRetold = page.isReloaded && isLive(page.model); // what was before the reload; since when it lacks sound must stay
  if (state !== "recording" && !isRetold) silence();
  if (state === "review" && before === "drafting") [page.touched, page.lit] = [new Set(), NOTHING_LIT];
  if (state === "wiped") page.lit = NOTHING_LIT;
  if (state === "written") page.cleared = setTimeout(again, SHOWN_MS);
  if (state === "written" || state === "discarded") requestAnimationFrame(() => $("done-title").focus());
}

/** Whether a note was approved elsewhere while this page was away, and perhaps changed before. */
function isOverUnseen({ type, state }) {
  return type === "state" && state === "written" && !wire.isCaughtUp && page.approves !== page.model.hash;
}

/** After a reload: the recording goes on, from what the daemon has; what was not said to it is told as missing. */
async function goOn() {
  if (!page.isReloaded || page.model.state !== "recording" || !wire.isCaughtUp) return;
  page.isReloaded = false;
  recorder.begin(memory.channels.length, memory.origin);
  await setup.listen();
  if (!setup.microphone) pause();
}

/** Nobody is to be heard: the microphone is off, and the browser shows it to everybody in the room. */
function silence() {
  recorder.end();
  setup.close();
}

function refused(code) {
  if (!isLive(page.model)) recorder.end();
  if (UNREMARKABLE.includes(code)) return;
  tell(knows(`error_${code}`) ? say(`error_${code}`) : say("error_other", { code }));
}

function onLink(link) {
  const wasAsked = page.link === "locked" || page.hasToken;
  $("token-wrong").hidden = !(link === "locked" && wasAsked);
  page.link = link;
  if (link === "gone") forget(say("gone"));
  if (link === "connected") page.hasToken = false;
  draw();
}

function forget(text) {
  const { ready } = page.model;
  recorder.end();
  remember(memory, { session: "" });
  page.model = { ...EMPTY, ready };
  tell(text);
  setup.openIfAllowed();
}

function onChunk(chunk) {
  recorder.take(chunk);
  draw(drawTick);
}

/** The microphone went away by itself: what was said is kept, and it goes on with whatever microphone there is then. */
function onGone() {
  if (recorder.isOn) pause();
  draw();
}

// --------------------------------------------------------------------------------------------------- what a person does

async function start() {
  await setup.listen();
  const step = setup.start();
  if (!step) return void tell(say(setup.trouble || "need_microphone"));
  if (page.model.state || wire.outgoing.isStarting) return undefined; // pressed twice
  tell("");
  page.isReloaded = false;
  remember(memory, { channels: step.channels });
  wire.say(step);
  return recorder.begin(step.channels.length);
}

/** What was said up to here is said before the step. */
async function fallSilent(step) {
  await setup.microphone?.flush();
  silence();
  wire.say(step);
}

function pause() {
  return fallSilent({ type: "pause" });
}

async function resume() {
  page.isReloaded = false;
  await setup.listen();
  if (!setup.microphone) return void tell(say(setup.trouble || "need_microphone"));
  if (page.model.state !== "paused") return undefined; // ended meanwhile
  wire.say({ type: "resume" });
  tell(setup.isAnother ? say("mic_another", { name: setup.microphone.name }) : "", true);
  return recorder.begin(memory.channels.length);
}

function stop() {
  return fallSilent({ type: "stop" });
}

function again() {
  clearTimeout(page.cleared);
  page.model = { ...EMPTY, ready: page.model.ready };
  tell("");
  draw();
  setup.openIfAllowed();
  $("start").focus();
}

/** What is doubtful is looked at by a press of its own: who presses twice in a hurry must not have approved unseen. */
function approve() {
  const count = untouched(page.model.note, page.touched).length;
  if (count) return void tell(say("must_touch", { count }));
  page.approves = page.model.hash;
  return wire.say({ type: "approve", hash: page.approves });
}

function discard() {
  silence();
  wire.say({ type: "discard" });
}

async function copy() {
  try {
    await navigator.clipboard.writeText(asText(page.model.note));
    tell(say("copied"), true);
  } catch {
    tell(say("copy_failed"));
  }
}

function edit(section, index, text) {
  wire.say({ type: "edit", section, index, text });
}

function restore({ turn, text }) {
  wire.say({ type: "restore", turn, text });
}

/** Light up what a sentence rests on. */
function chooseSentence(row) {
  look([row], row.key);
}

/** Light up the flagged sentences that find room on the screen, each with what was heard for it. */
function nextDoubts() {
  const rows = untouched(page.model.note, page.touched);
  if (!rows.length) return;
  page.lit = litBy(rows);
  drawAll();
  look(note.fitting(rows));
  note.focus(rows[0].key);
}

/** These sentences stand on the screen, and beside each what it rests on: they are looked at now. */
function look(rows, chosen = "") {
  page.touched = new Set([...page.touched, ...rows.map(({ key }) => key)]);
  page.lit = litBy(rows, chosen);
  drawAll();
  transcript.showLit();
}

function chooseUtterance(number) {
  page.lit = { ...litBy(restingOn(page.model.note, number)), heard: new Map([[number, new Set()]]) };
  drawAll();
  note.showLit();
}

/** Return what was heard for a sentence, to be read beside it. */
function heardFor({ evidence }) {
  const lines = page.model.items.filter(({ number }) => evidence.includes(number));
  return lines.map((line) => ({ who: word("roles", memory.channels[line.channel] ?? "unknown"), at: clock(line.startMs), text: textOf(line) }));
}

// ------------------------------------------------------------------------------------------------------ what is to be seen

function draw(part = drawAll) {
  soon(part);
}

function drawAll() {
  const { model } = page;
  const isOurs = isReview(model) && isEditor();
  const must = untouched(isOurs ? model.note : null, page.touched).length;
  document.body.dataset.view = viewOf(model, page.link);
  document.body.dataset.step = model.state;
  note.render(model.note, isOurs, page.touched, page.lit);
  tellWarning(model.note, isOurs);
  if (model.outcome) drawDone(model);
  drawFooter(model, { must, isOurs, trouble: setup.trouble });
  drawTick();
  transcript.light(page.lit.heard);
}

/** Draw what moves while somebody speaks. */
function drawTick() {
  setup.drawSound();
  drawStatus();
  drawLines();
}

function drawLines() {
  transcript.render(page.model.items, memory.channels);
}

function drawStatus() {
  drawState(page.model);
  drawClock(recorder.seconds);
  drawLink(page.link, { unsentS: wire.unsentS, isFull: recorder.isFull, isRecording: isLive(page.model) });
}

function drawDone({ outcome, reason, note: approved }) {
  const isApproved = outcome === "written";
  $("done-title").textContent = say(isApproved ? "approved" : "discarded");
  const approvedText = approved ? `${word("outcomes", reason)} ${say("approved_text")}` : say("approved_gone");
  $("done-text").textContent = isApproved ? approvedText : reason === "idle" ? say("discarded_idle") : "";
  if (isApproved && approved) drawRead($("approved-note"), approved);
  else $("approved-note").replaceChildren();
}

function isEditor() {
  return page.model.editor === null || page.model.editor === name;
}

function chooseLanguage(language) {
  speak(language);
  drawKeys();
  setup.draw();
  transcript.redraw();
  note.redraw();
  draw();
}

// -------------------------------------------------------------------------------------------------------------- the start

const DOES = { start, pause, resume, stop, again, approve, copy, "next-flag": nextDoubts, take: () => wire.say({ type: "take" }) };
// The second click of a double one is no press of its own: another button may stand there by then.
for (const [id, does] of Object.entries(DOES)) $(id).onclick = ({ detail }) => detail > 1 || does();
$("discard").onclick = () => ($("sure").returnValue = "keep", $("sure").showModal());
$("sure").onclose = () => $("sure").returnValue === "discard" && discard();
$("language").onchange = () => {
  setup.remember("language", $("language").value);
  chooseLanguage($("language").value);
};
$("locked").onsubmit = (event) => {
  event.preventDefault();
  page.hasToken = true;
  wire.connect($("token").value);
  $("token").value = "";
};
addEventListener("beforeunload", (event) => (isLive(page.model) || isReview(page.model)) && event.preventDefault());
listenToKeys();
new Search(() => transcript.nodes());

await loadWords();
$("language").value = setup.choices.language ?? "nb";
chooseLanguage($("language").value);
wire.connect();
if (!page.isReloaded) await setup.openIfAllowed();
