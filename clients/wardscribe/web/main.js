// The page: what the daemon tells and what a person does go in, what stands on the screen comes out.

import { EMPTY, isLive, isReview, next } from "./conversation.js";
import { $ } from "./dom.js";
import { drawKeys, listenToKeys } from "./keys.js";
import { remember, remembered } from "./memory.js";
import { drawRead, NoteView, tellWarning } from "./note.js";
import { Recorder } from "./recorder.js";
import { asText, restingOn, sentences, untouched, wordsIn } from "./review.js";
import { Search } from "./search.js";
import { Setup } from "./setup.js";
import { drawClock, drawFooter, drawLink, drawState, say as tell, viewOf } from "./status.js";
import { Transcript } from "./transcript.js";
import { Wire } from "./wire.js";
import { knows, loadWords, say, speak, word } from "./words.js";

const SHOWN_MS = 600_000; // an approved note on a screen that nobody clears
const NOTHING_LIT = Object.freeze({ keys: new Set(), chosen: "", utterances: new Set(), words: new Set() });
const UNSEEN = ["ack", "quality", "finalized"]; // ten a second, and nothing that stands on the screen
const UNREMARKABLE = ["wrong_order"]; // sound that was under way when a session was refused or ended

const memory = remembered();
const name = `page ${memory.device.slice(0, 4)}`;
const page = { model: EMPTY, link: "connecting", lit: NOTHING_LIT, touched: new Set(), isDrawn: true, cleared: 0, isReloaded: memory.session !== "" };

const wire = new Wire(location.origin.replace(/^http/, "ws"), name, memory, { onEvent, onLink });
const recorder = new Recorder(wire, (origin) => remember(memory, { origin }));
const setup = new Setup({ onChunk, onGone });
const transcript = new Transcript(chooseUtterance);
const note = new NoteView({ choose: chooseSentence, edit, restore });

// ------------------------------------------------------------------------------------------------- what the daemon tells

function onEvent(event) {
  const before = page.model;
  page.model = next(before, event);
  if (event.type === "ready") setup.offer(event);
  if (event.type === "error") refused(event.code);
  if (event.type === "state") changed(before.state);
  if (event.type === "ack" || event.type === "state") goOn();
  if (!UNSEEN.includes(event.type)) draw();
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
  setup.drawSound();
  drawStatus();
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

function pause() {
  silence();
  wire.say({ type: "pause" });
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
  silence();
  wire.say({ type: "stop" });
}

function again() {
  clearTimeout(page.cleared);
  page.model = { ...EMPTY, ready: page.model.ready };
  tell("");
  draw();
  setup.openIfAllowed();
  $("start").focus();
}

function approve() {
  if (untouched(page.model.note, page.touched).length) return nextFlag();
  return wire.say({ type: "approve", hash: page.model.hash });
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
  const before = sentences(page.model.note).find((row) => row.section === section && row.index === index);
  if (before) page.touched.add(before.key);
  wire.say({ type: "edit", section, index, text });
}

function restore({ turn, text }) {
  wire.say({ type: "restore", turn, text });
}

/** Light up what a sentence rests on; one that was heard with doubt is looked at now. */
function chooseSentence({ key, text, evidence }) {
  page.touched.add(key);
  page.lit = { keys: new Set([key]), chosen: key, utterances: new Set(evidence), words: wordsIn(text) };
  draw();
  transcript.light(page.lit.utterances, page.lit.words, true);
}

function chooseUtterance(number) {
  const rows = restingOn(page.model.note, number);
  page.lit = { keys: new Set(rows.map(({ key }) => key)), chosen: "", utterances: new Set([number]), words: new Set() };
  draw();
  note.showLit();
}

function nextFlag() {
  const [first] = untouched(page.model.note, page.touched);
  if (!first) return;
  chooseSentence(first);
  note.focus(first.key);
}

// ------------------------------------------------------------------------------------------------------ what is to be seen

function draw() {
  if (!page.isDrawn) return;
  page.isDrawn = false;
  requestAnimationFrame(drawAll);
}

function drawAll() {
  page.isDrawn = true;
  const { model } = page;
  const isOurs = isReview(model) && isEditor();
  const must = untouched(isOurs ? model.note : null, page.touched);
  document.body.dataset.view = viewOf(model, page.link);
  document.body.dataset.step = model.state;
  transcript.render(model.items, memory.channels);
  transcript.light(page.lit.utterances, page.lit.words, false);
  note.render(model.note, isOurs, new Set(must.map(({ key }) => key)), page.lit);
  tellWarning(model.note, isOurs);
  if (model.outcome) drawDone(model);
  drawFooter(model, { must: must.length, isOurs, trouble: setup.trouble });
  drawStatus();
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

const DOES = { start, pause, resume, stop, again, approve, copy, "next-flag": nextFlag, take: () => wire.say({ type: "take" }) };
for (const [id, does] of Object.entries(DOES)) $(id).onclick = does;
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
