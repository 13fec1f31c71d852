// The page's words in the language that is chosen: its own, and those that it shares with other clients.

import { TEXTS as en } from "./texts-en.js";
import { TEXTS as nb } from "./texts-nb.js";
import { TEXTS as nn } from "./texts-nn.js";

const TEXTS = { nb, nn, en };

let shared = {};
let language = "nb";

export async function loadWords() {
  shared = await (await fetch("/words.json")).json();
}

/** Choose the language and put its words on every element that names one. */
export function speak(chosen) {
  language = chosen;
  document.documentElement.lang = chosen;
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = say(node.dataset.text);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", say(node.dataset.label));
  for (const node of document.querySelectorAll("[data-hint]")) node.placeholder = say(node.dataset.hint);
}

/** Return the page's text of that name, with `values` put in. */
export function say(name, values = {}) {
  const text = TEXTS[language][name] ?? name;
  return text.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

/** Return whether the page has a text of that name. */
export function knows(name) {
  return name in TEXTS[language];
}

/** Return a word shared with other clients: `kind` is roles, states, reasons, flags, outcomes or templates. */
export function word(kind, name) {
  return shared[language]?.[kind]?.[name] ?? name.replaceAll("_", " ");
}
