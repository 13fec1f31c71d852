// Before a conversation: which note, which microphone, who speaks, is the patient informed.  Choices (never words) are
// remembered on this machine, so that the next conversation begins with one press.

import { isAllowed, Microphone, microphones } from "./capture.js";
import { $, element, setText } from "./dom.js";
import { heard, SILENT } from "./sound.js";
import { say, word } from "./words.js";

const REMEMBERED = "wardscribe.choices";
const MONO = ["unknown", "clinician"]; // the first is usual: a laptop's two microphones hear everybody
const STEREO = ["clinician,patient", "patient,clinician"];
const PRESET = ["template", "spoken", "who", "language"];
const DICTATION = "diktat";

export class Setup {
  /** `onChunk` gets every chunk of the microphone, `onGone()` is told when the microphone went away by itself. */
  constructor({ onChunk, onGone }) {
    Object.assign(this, { onChunk, onGone, sounds: [], microphone: null, trouble: "" });
    this.choices = { ...remembered(), ...preset(location.search) };
    $("microphone-on").onclick = () => this.open();
    $("microphone").onchange = () => this.open($("microphone").value);
    for (const name of ["template", "spoken", "who"]) $(name).onchange = () => this.#choose(name);
    navigator.mediaDevices?.addEventListener("devicechange", () => this.#list());
  }

  /** Fill in what the daemon offers. */
  offer({ templates, languages }) {
    this.templates = templates;
    for (const option of $("spoken").options) option.hidden = option.disabled = !languages.includes(option.value);
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

  /** Return the `start` that is chosen, or null where no microphone is open. */
  start() {
    if (!this.microphone) return null;
    return {
      type: "start",
      language: $("spoken").value,
      template: $("template").value,
      channels: $("who").value.split(","),
      microphone: this.microphone.name,
      informed: !this.isDictation, // the button that was pressed says so
    };
  }

  /** Listen, where the browser need not ask; on loopback and behind TLS only. */
  async openIfAllowed() {
    if (await isAllowed()) await this.listen();
  }

  /** Open a microphone where none is open. */
  listen() {
    return this.#inTurn(() => this.microphone ?? this.#open());
  }

  /** Open a microphone: the one named, else the one used last, else the first. */
  open(id = "") {
    return this.#inTurn(() => this.#open(id));
  }

  // ------------------------------------------------------------------------------------------------------------------

  /** One after another: two that open at once would both be heard. */
  #inTurn(work) {
    this.turn = (this.turn ?? Promise.resolve()).then(work);
    return this.turn;
  }

  async #open(id = "") {
    this.microphone?.close();
    this.microphone = null;
    this.sounds = [];
    const told = { onChunk: (chunk) => this.#hear(chunk), onEnd: () => this.#lose() };
    try {
      this.microphone = await Microphone.open(id, told);
      const last = (await microphones()).find(({ name }) => name === this.choices.microphone);
      if (!id && last && last.id !== this.microphone.id) return await this.#open(last.id);
      if (id) this.remember("microphone", this.microphone.name);
      this.trouble = "";
    } catch (error) {
      this.trouble = { NotAllowedError: "mic_denied", NotFoundError: "mic_none" }[error.name] ?? "mic_failed";
    }
    await this.#list();
    return this.draw();
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
    const found = (await navigator.mediaDevices?.enumerateDevices?.()) ? await microphones() : [];
    options($("microphone"), found.map(({ id }) => id), (id) => found.find((one) => one.id === id).name || say("mic_unknown"), this.microphone?.id);
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

function drawLevels(root, sounds) {
  while (root.children.length > sounds.length) root.lastChild.remove();
  while (root.children.length < sounds.length) root.append(element("div", {}, element("i")));
  for (const [channel, { bar, isClipping }] of sounds.entries()) {
    const level = root.children[channel].firstChild;
    level.style.transform = `scaleX(${bar.toFixed(2)})`;
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
