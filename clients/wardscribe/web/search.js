// Search in the conversation: what is found is painted over the text, which itself stays as it is.

import { $, setText, show } from "./dom.js";
import { say } from "./words.js";

export class Search {
  /** `nodes()` returns the elements in which to look. */
  constructor(nodes) {
    this.nodes = nodes;
    this.found = [];
    this.at = -1;
    $("search").addEventListener("input", () => this.#look());
    $("search").addEventListener("keydown", (event) => event.key === "Enter" && this.#next(event.shiftKey ? -1 : 1));
  }

  #look() {
    const wanted = $("search").value.trim().toLowerCase();
    this.found = wanted.length < 2 ? [] : this.nodes().flatMap((node) => ranges(node.querySelector(".words"), wanted));
    this.at = -1;
    if (globalThis.Highlight) CSS.highlights.set("found", new Highlight(...this.found));
    setText($("found"), wanted.length < 2 ? "" : say("matches", { count: this.found.length }));
    if (this.found.length) this.#next(1);
  }

  #next(step) {
    if (!this.found.length) return;
    this.at = (this.at + step + this.found.length) % this.found.length;
    show(this.found[this.at].startContainer.parentElement);
  }
}

/** Return where `wanted` (lower case) stands in an element, across the nodes that its text is made of. */
function ranges(element, wanted) {
  const text = element.textContent.toLowerCase();
  const found = [];
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
    const range = new Range();
    range.setStart(...placeOf(element, at));
    range.setEnd(...placeOf(element, at + wanted.length));
    found.push(range);
  }
  return found;
}

function placeOf(element, at) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let node = walker.nextNode();
  while (node && at > node.length) [at, node] = [at - node.length, walker.nextNode()];
  return [node, at];
}
