// The note on the screen: it grows while people talk; in review its sentences are looked at, changed, removed, added.

import { $, element, setText, show } from "./dom.js";
import { isFlagged, leftOut, pieces, sentences, untouched } from "./review.js";
import { knows, say, word } from "./words.js";

export class NoteView {
  /**
   * `does`: choose(sentence), edit(section, index, text), restore(item), and heardFor(sentence), which returns what was
   * heard for it as [{who, at, text}].  A sentence is as review.js tells it.
   */
  constructor(does) {
    this.does = does;
    this.root = $("sections");
    this.editing = null; // {section, index, node}: the text that is being typed stays, whatever else is drawn
    this.root.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Draw the note; `lit` holds the keys of the sentences that are lit, flagged ones of them with what was heard. */
  render(note, isReview, touched, lit) {
    const isNew = note !== this.note || isReview !== this.isReview;
    if (isNew) this.#draw(note, isReview);
    if (!isNew && touched === this.touched && lit === this.lit) return;
    Object.assign(this, { touched, lit });
    this.#mark();
  }

  redraw() {
    const { note, isReview } = this;
    this.note = undefined;
    if (note) this.render(note, isReview, this.touched, this.lit);
  }

  /** Put the keyboard on a sentence. */
  focus(key) {
    this.#row(key)?.querySelector(".said").focus({ preventScroll: true });
  }

  /** Bring the first of these sentences to the top; return those that stand on the screen whole, the first at least. */
  fitting(rows) {
    const nodes = rows.map(({ key }) => this.#row(key));
    nodes[0].scrollIntoView({ block: "start", behavior: "instant" });
    const end = Math.min($("note").getBoundingClientRect().bottom, document.querySelector("footer").getBoundingClientRect().top);
    const cut = nodes.findIndex((node, i) => i > 0 && node.getBoundingClientRect().bottom > end);
    return cut < 0 ? rows : rows.slice(0, cut);
  }

  /** Bring the first sentence that is lit into view. */
  showLit() {
    show(this.root.querySelector(".lit"));
  }

  // ---------------------------------------------------------------------------------------------------------- drawing

  #draw(note, isReview) {
    const focused = this.#focusedKey();
    if (!isReview) this.editing = null;
    Object.assign(this, { note, isReview });
    this.root.classList.toggle("growing", !isReview);
    const rows = sentences(note);
    const shown = (note?.sections ?? []).filter((section) => isReview || section.sentences.length);
    this.root.replaceChildren(...shown.map((section) => this.#section(section, rows.filter((row) => row.section === section.id))));
    $("left-out").replaceChildren(...(isReview ? this.#leftOut() : []));
    this.#putEditorBack();
    if (focused) this.focus(focused);
  }

  #mark() {
    const must = new Set((this.isReview ? untouched(this.note, this.touched) : []).map(({ key }) => key));
    for (const row of sentences(this.note)) {
      const [node, isLit] = [this.#row(row.key), this.lit.keys.has(row.key)];
      node.classList.toggle("must", must.has(row.key));
      node.classList.toggle("lit", isLit);
      node.classList.toggle("chosen", this.isReview && this.lit.chosen === row.key);
      node.querySelector("button.said")?.setAttribute("aria-pressed", String(isLit));
      node.querySelector(".heard")?.remove();
      if (this.isReview && isLit && isFlagged(row)) node.firstElementChild.after(this.#heard(row));
    }
  }

  #heard(row) {
    const lines = this.does.heardFor(row).map(({ who, at, text }) => element("p", {}, element("b", {}, `${who} ${at}`), " «", ...marked(text, row.doubted), "»"));
    return element("div", { className: "heard" }, ...lines);
  }

  #row(key) {
    return [...this.root.querySelectorAll(".sentence")].find((node) => node.dataset.key === key);
  }

  #section(section, rows) {
    const title = section.title || "";
    const add = element("button", { className: "quiet", textContent: say("add_short"), "aria-label": say("add", { section: title }) });
    add.onclick = () => this.#edit({ section: section.id, index: rows.length, text: "" }, null);
    const head = element("div", { className: "section-head" }, element("h3", {}, title), ...(this.isReview ? [add] : []));
    const body = rows.length
      ? element("ul", {}, ...rows.map((row) => this.#sentence(row)))
      : element("p", { className: "nothing" }, say("no_sentences"));
    return element("section", { className: "section", data: { section: section.id } }, head, body);
  }

  #sentence(row) {
    const flags = row.flags.map((flag) => element("span", { className: `flag ${flag}` }, word("flags", flag)));
    const tag = this.isReview ? "button" : "p";
    const said = element(tag, { className: "said" }, ...marked(row.text, row.doubted), ...flags);
    const item = element("li", { className: "sentence", data: { key: row.key, section: row.section, index: row.index } }, said);
    if (!this.isReview) return item;
    said.onclick = () => getSelection().toString() || this.does.choose(row);
    item.append(element("div", { className: "actions" }, this.#button("edit", () => this.#edit(row, item)), this.#button("remove", () => this.#remove(row))));
    return item;
  }

  #button(name, onclick) {
    return element("button", { textContent: say(name), onclick });
  }

  #leftOut() {
    const { worth, harmless } = leftOut(this.note);
    return [
      ...(worth.length ? [this.#group(`${say("left_out")} (${worth.length})`, worth, true)] : []),
      ...(harmless.length ? [this.#group(say("left_out_harmless", { count: harmless.length }), harmless, false)] : []),
    ];
  }

  #group(title, items, open) {
    const rows = items.map((item) => {
      const why = word("reasons", item.reason);
      const take = element("button", { textContent: say("restore"), "aria-label": `${say("restore")}: ${item.text}`, onclick: () => this.does.restore(item) });
      return element("li", { className: "left" }, element("p", {}, item.text, element("span", {}, why)), take);
    });
    return element("details", { open }, element("summary", {}, title), element("ul", {}, ...rows));
  }

  // ---------------------------------------------------------------------------------------------------------- changing

  #remove(row) {
    this.does.edit(row.section, row.index, "");
    $("note").focus();
  }

  /** Open a field where a sentence stands, or, without `item`, at the end of its section. */
  #edit(row, item) {
    this.#close();
    const field = element("textarea", { value: row.text, rows: Math.max(2, Math.ceil(row.text.length / 60)), "aria-label": say("edit_label") });
    field.spellcheck = false; // some browsers ask others how words are spelled
    const save = () => this.#save(row, field.value);
    const cancel = () => (this.#close(), row.key && this.focus(row.key));
    const buttons = element("div", {}, this.#button("save", save), this.#button("cancel", cancel));
    buttons.firstChild.className = "primary";
    field.onkeydown = (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey) event.preventDefault(), save();
      if (event.key === "Escape") event.stopPropagation(), cancel();
    };
    this.editing = { section: row.section, index: row.index, isNew: !item, node: element("div", { className: "editing" }, field, buttons) };
    this.#putEditorBack();
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  }

  #putEditorBack() {
    if (!this.editing) return;
    const { section, index, isNew, node } = this.editing;
    const sections = [...this.root.children].find((child) => child.dataset.section === section);
    const row = isNew ? null : sections?.querySelector(`[data-index="${index}"]`);
    row?.classList.add("changing");
    (row ?? sections)?.append(node);
  }

  #close() {
    this.editing?.node.remove();
    this.editing = null;
    for (const row of this.root.querySelectorAll(".changing")) row.classList.remove("changing");
  }

  #save(row, text) {
    this.#close();
    if (text.trim() && text !== row.text) this.does.edit(row.section, row.index, text);
    $("note").focus();
  }

  #key(event) {
    const item = event.target.closest(".sentence");
    if (!item || event.target.className !== "said") return;
    const row = sentences(this.note).find(({ key }) => key === item.dataset.key);
    if (event.key === "e" && !event.ctrlKey && !event.altKey) event.preventDefault(), this.#edit(row, item);
    if (event.key === "Delete") this.#remove(row);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = [...this.root.querySelectorAll(".said")];
    all[all.indexOf(event.target) + step]?.focus();
  }

  #focusedKey() {
    return document.activeElement?.closest?.(".sentence")?.dataset.key;
  }
}

function marked(text, doubted) {
  return pieces(text, doubted).map(([piece, isDoubted]) => (isDoubted ? element("mark", {}, piece) : piece));
}

/** Draw a note that can only be read. */
export function drawRead(root, note) {
  const filled = note.sections.filter(({ sentences }) => sentences.length);
  root.replaceChildren(...filled.flatMap(({ title, sentences }) => [
    ...(title ? [element("h3", {}, title)] : []),
    element("p", {}, sentences.map(({ text }) => text).join(" ")),
  ]));
}

/** Tell what the clinician must know of how the note was made. */
export function tellWarning(note, isReview) {
  const name = `warning_${note?.warning}`;
  setText($("note-says"), note?.warning && knows(name) ? say(name) : note ? say(isReview ? "reviewing" : "growing") : "");
}
