// Before a conversation: which note, which microphone, who speaks, is the patient informed.  Choices (never words) are
// remembered on this machine, so that the next conversation begins with one press.

import { isAllowed, isApproved, Microphone, microphones } from "./capture.js";
import { $, element, setText } from "./dom.js";
import { heard, SILENT } from "./sound.js";
import { say, word } from "./words.js";

const REMEMBERED = "wardscribe.choices";
const MONO = ["unknown", "clinician"]; // the first is usual: a laptop's two microphones hear everybody
const STEREO = ["clinician,patient", "patient,clinician"];
const PRESET = ["template", "spoken", "who", "language"];
const TROUBLES = { NotAllowedError: "mic_denied", NotFoundError: "mic_none", SecurityError: "mic_not_approved" };
const DICTATION = "diktat";
const CHECKED_MS = 120_000;
const STEPS = 25; // of a level: a finer one is a frame that nobody sees

export class Setup {
  /** `onChunk` gets every chunk of the microphone, `onGone()` is told when the microphone went away by itself. */
  constructor({ onChunk, onGone }) {
    Object.assign(this, { onChunk, onGone, sounds: [], microphone: null, trouble: "", approved: [] });
    this.choices = { ...remembered(), ...preset(location.search) };
    $("microphone-on").onclick = () => this.open();
    $("microphone").onchange = () => this.open($("microphone").value);
    for (const name of ["template", "spoken", "who"]) $(name).onchange = () => this.#choose(name);
    navigator.mediaDevices?.addEventListener("devicechange", () => this.#list());
  }

  /** Fill in what the daemon offers. */
  offer({ templates, languages, microphones: approved }) {
    Object.assign(this, { templates, approved });
    for (const option of $("spoken").options) option.hidden = option.disabled = !languages.includes(option.value);
    if (this.microphone && !isApproved(this.microphone.name, approved)) this.open();
    this.draw();
  }

  draw() {
    options($("template"), this.templates ?? [], (name) => word("templates", name), this.choices.template ?? "strukturert");
    $("spoken").value = this.choices.spoken ?? document.documentElement.lang;
    const isStereo = (this.microphone?.channels ?? 1) === 2;
    const offered = isStereo ? [...MONO, ...STEREO] : MONO;
    const usual = $("template").value === DICTATION ? "clinician" : offered[0];
    options($("who"), offered, (name) => say(`who_${name}`), offered.includes(this.choices.who) ? this.choices.who : usual);
    this.#drawMicrophone();
    $("information-then").hidden = this.isDictation;
    setText($("start-says"), say(this.isDictation ? "start" : "start_informed"));
    setText($("information"), say(this.isDictation ? "information_none" : "information_text"));
  }

  get isDictation() {
    return $("who").value === "clinician";
  }

  /** Whether the conversation began with another microphone than the one that is open. */
  get isAnother() {
    return Boolean(this.began) && this.began !== this.microphone?.name;
  }

  /** Return the `start` that is chosen, or null where no microphone is open. */
  start() {
    if (!this.microphone) return null;
    this.began = this.microphone.name;
    return {
      type: "start",
      language: $("spoken").value,
      template: $("template").value,
      channels: $("who").value.split(","),
      microphone: this.microphone.name,
      informed: !this.isDictation, // the button that was pressed says so
    };
  }

  /** Check the microphone, where the browser need not ask; for a while, as a sign that is always on tells nobody anything. */
  async openIfAllowed() {
    if (!(await isAllowed())) return;
    await this.listen();
    clearTimeout(this.resting);
    this.resting = setTimeout(() => document.body.dataset.view === "setup" && this.close(), CHECKED_MS);
  }

  /** Open a microphone where none is open. */
  listen() {
    return this.#inTurn(() => this.microphone ?? this.#open());
  }

  /** Open a microphone: the one named, else the one used last, else the first; never one that is not approved. */
  open(id = "") {
    return this.#inTurn(() => this.#open(id));
  }

  /** Let go of the microphone: the browser's sign that it listens goes out. */
  close() {
    return this.#inTurn(() => (this.#close(), this.#drawMicrophone()));
  }

  // ------------------------------------------------------------------------------------------------------------------

  /** One after another: two that open at once would both be heard. */
  #inTurn(work) {
    this.turn = (this.turn ?? Promise.resolve()).then(work);
    return this.turn;
  }

  async #open(id = "") {
    this.#close();
    const told = { onChunk: (chunk) => this.#hear(chunk), onEnd: () => this.#lose() };
    try {
      const known = await microphones();
      const chosen = id || this.#preferred(known);
      if (known.length && !chosen) throw notApproved();
      this.microphone = await Microphone.open(chosen, told);
      if (!chosen && (await microphones()).length) return await this.#open(); // which there are is known now
      if (!isApproved(this.microphone.name, this.approved)) throw notApproved();
      if (id) this.remember("microphone", this.microphone.name);
      this.trouble = "";
    } catch (error) {
      this.#close();
      this.trouble = TROUBLES[error.name] ?? "mic_failed";
    }
    await this.#list();
    return this.draw();
  }

  /** Return the id of the approved microphone that was used last, else of the usual, else of any; empty where none is. */
  #preferred(found) {
    const approved = found.filter(({ name }) => isApproved(name, this.approved));
    const last = approved.find(({ name }) => name === this.choices.microphone);
    return (last ?? approved.find(({ isUsual }) => isUsual) ?? approved[0])?.id ?? "";
  }

  #close() {
    this.microphone?.close();
    this.microphone = null;
    this.sounds = [];
  }

  #hear(chunk) {
    this.sounds = chunk.peaks.map((peak, channel) => heard(this.sounds[channel] ?? SILENT, peak));
    this.onChunk(chunk);
  }

  #lose() {
    this.microphone = null;
    this.trouble = "mic_gone";
    this.draw();
    this.onGone();
  }

  async #list() {
    const found = navigator.mediaDevices ? await microphones() : [];
    const named = (id) => found.find((one) => one.id === id).name;
    options($("microphone"), found.map(({ id }) => id), named, this.microphone?.id);
    for (const option of $("microphone").options) this.#mark(option, option.textContent);
  }

  #mark(option, name) {
    option.disabled = !isApproved(name, this.approved);
    if (option.disabled) option.textContent = say("mic_marked", { name });
  }

  #choose(name) {
    if (name === "template" && $("template").value === DICTATION) $("who").value = this.choices.who = "clinician";
    else if (name === "template") delete this.choices.who;
    this.remember(name, $(name).value);
    this.draw();
  }

  remember(name, value) {
    this.choices[name] = value;
    localStorage.setItem(REMEMBERED, JSON.stringify(this.choices));
  }

  #drawMicrophone() {
    $("microphone-on").hidden = this.microphone !== null;
    $("microphone-choice").hidden = this.microphone === null;
    this.drawSound();
  }

  /** Say how the microphone does; drawn often. */
  drawSound() {
    const isLoud = this.sounds.some(({ isClipping }) => isClipping);
    const isHeard = this.sounds.some(({ isHeard }) => isHeard);
    const name = this.trouble || (!this.microphone ? "mic_off" : isLoud ? "mic_loud" : isHeard ? "mic_heard" : "mic_say");
    setText($("microphone-says"), say(name));
    $("microphone-says").className = this.trouble || isLoud ? "trouble" : isHeard ? "good" : "";
    for (const root of [$("check-levels"), $("levels")]) drawLevels(root, this.sounds);
  }
}

function notApproved() {
  return new DOMException("not an approved microphone", "SecurityError");
}

function drawLevels(root, sounds) {
  while (root.children.length > sounds.length) root.lastChild.remove();
  while (root.children.length < sounds.length) root.append(element("div", {}, element("i")));
  for (const [channel, { bar, isClipping }] of sounds.entries()) {
    const level = root.children[channel].firstChild;
    level.style.transform = `scaleX(${Math.round(bar * STEPS) / STEPS})`;
    level.classList.toggle("loud", isClipping);
  }
}

function options(select, values, text, chosen) {
  select.replaceChildren(...values.map((value) => element("option", { value }, text(value))));
  if (values.includes(chosen)) select.value = chosen;
}

/** Return what the page's address asks for: a ward's bookmark can choose its template. */
function preset(search) {
  return Object.fromEntries([...new URLSearchParams(search)].filter(([name]) => PRESET.includes(name)));
}

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(REMEMBERED)) ?? {};
  } catch {
    return {};
  }
}
