// The conversation on the screen: a line an utterance.  Only lines that changed are drawn anew, and the browser lays out
// only those in view (content-visibility), so that an hour of talk is as quick as a minute.

import { $, clock, element, setText, show } from "./dom.js";
import { paint, wordsOf } from "./ranges.js";
import { RULES } from "./rules.js";
import { say, word } from "./words.js";

const NEAR_END_PX = 80;

export class Transcript {
  /** `onChoose(number)` is told which utterance was chosen. */
  constructor(onChoose) {
    this.list = $("lines");
    this.scroller = $("transcript");
    this.drawn = new Map(); // item's key → {item, node}
    this.follows = true;
    this.onChoose = onChoose;
    this.scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.list.addEventListener("click", ({ target }) => this.#choose(target.closest("button")));
    this.list.addEventListener("keydown", (event) => this.#move(event));
    $("to-end").onclick = () => this.toEnd();
  }

  /** Draw what is new; `roles` names who speaks on each channel. */
  render(items, roles) {
    if (this.items === items && this.roles === roles) return;
    Object.assign(this, { items, roles });
    const keys = new Set(items.map(keyOf));
    for (const [key, { node }] of this.drawn) if (!keys.has(key)) node.remove(), this.drawn.delete(key);
    let at = this.list.firstElementChild;
    for (const item of items) {
      const node = this.#draw(item);
      if (node === at) at = at.nextElementSibling;
      else this.list.insertBefore(node, at);
    }
    if (this.follows) this.toEnd();
  }

  /** Forget what is drawn, because the language changed. */
  redraw() {
    this.drawn.clear();
    this.list.replaceChildren();
    const { items, roles } = this;
    this.items = this.lit = null;
    if (items) this.render(items, roles);
  }

  /** Light up utterances, and in each of them some words: `lit` is number → words in lower case. */
  light(lit) {
    if (this.lit === lit) return;
    this.lit = lit;
    for (const button of this.list.querySelectorAll(".lit")) button.classList.remove("lit");
    const ranges = [...lit].flatMap(([number, words]) => this.#light(number).filter(([word]) => words.has(word)));
    paint("evidence", ranges.map(([, range]) => range));
  }

  /** Bring the first utterance that is lit into view. */
  showLit() {
    show(this.list.querySelector(".lit"));
  }

  #light(number) {
    const button = this.drawn.get(`line ${number}`)?.node.firstElementChild;
    button?.classList.add("lit");
    return button ? wordsOf(button.querySelector(".words")) : [];
  }

  toEnd() {
    this.follows = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
    $("to-end").hidden = true;
  }

  /** Return the lines' nodes, for the search. */
  nodes() {
    return [...this.drawn.values()].filter(({ item }) => item.kind === "line").map(({ node }) => node);
  }

  #draw(item) {
    const key = keyOf(item);
    const had = this.drawn.get(key);
    if (had?.item === item) return had.node;
    const node = had?.node ?? element("li");
    if (item.kind === "gap") node.replaceChildren(gapOf(item));
    else if (had && had.item.startMs === item.startMs) this.#growLine(node, had.item, item);
    else this.#drawLine(node, item);
    this.drawn.set(key, { item, node });
    return node;
  }

  #drawLine(node, line) {
    const button = node.firstElementChild ?? element("button", { tabIndex: -1, data: { number: line.number } });
    if (!button.isConnected) node.append(button);
    const role = word("roles", this.roles[line.channel] ?? "unknown");
    node.className = line.channel === 0 ? "first" : "";
    button.replaceChildren(
      element("span", { className: "who" }, element("b", {}, role), element("time", {}, clock(line.startMs))),
      element("span", { className: "words" }, ...wordNodes(line.words), element("span", { className: "tail" }, line.tail.join(" "))),
    );
    if (!this.list.querySelector('button[tabindex="0"]')) button.tabIndex = 0;
  }

  /** What is committed stays as it is: only new words are added, and the tail is another. */
  #growLine(node, before, line) {
    const tail = node.querySelector(".tail");
    tail.before(...wordNodes(line.words.slice(before.words.length)));
    setText(tail, line.tail.join(" "));
  }

  #choose(button) {
    if (!button || getSelection().toString()) return;
    this.#makeCurrent(button);
    this.onChoose(Number(button.dataset.number));
  }

  #move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const button = event.target.closest("button");
    if (!step || !button) return;
    event.preventDefault();
    let row = button.parentElement;
    do row = step > 0 ? row.nextElementSibling : row.previousElementSibling;
    while (row && row.firstElementChild.tagName !== "BUTTON");
    if (!row) return;
    this.#makeCurrent(row.firstElementChild);
    row.firstElementChild.focus();
  }

  /** One line is a stop of the Tab key: the last that was used. */
  #makeCurrent(button) {
    const before = this.list.querySelector('button[tabindex="0"]');
    if (before) before.tabIndex = -1;
    button.tabIndex = 0;
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    this.follows = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    $("to-end").hidden = this.follows;
  }
}

function keyOf(item) {
  return item.kind === "line" ? `line ${item.number}` : `gap ${item.startMs} ${item.missingMs}`;
}

function gapOf(gap) {
  return element("p", { className: "gap" }, say("gap", { seconds: Math.max(1, Math.round(gap.missingMs / 1000)) }));
}

/** Return words as nodes, those that were heard surely together in one. */
function wordNodes(words) {
  const nodes = [];
  for (const { text, p } of words) {
    if (p < RULES.unsure_below) nodes.push(element("span", { className: "doubt", title: say("doubt") }, text), " ");
    else nodes.push(`${typeof nodes.at(-1) === "string" ? nodes.pop() : ""}${text} `);
  }
  return nodes;
}
