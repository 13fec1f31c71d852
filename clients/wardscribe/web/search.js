// Search in the conversation: what is found is painted over the text, which itself stays as it is.

import { $, setText, show } from "./dom.js";
import { paint, rangesOf } from "./ranges.js";
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
    this.found = wanted.length < 2 ? [] : this.nodes().flatMap((node) => rangesOf(node.querySelector(".words"), wanted));
    this.at = -1;
    paint("found", this.found);
    setText($("found"), wanted.length < 2 ? "" : say("matches", { count: this.found.length }));
    if (this.found.length) this.#next(1);
  }

  #next(step) {
    if (!this.found.length) return;
    this.at = (this.at + step + this.found.length) % this.found.length;
    show(this.found[this.at].startContainer.parentElement);
  }
}
