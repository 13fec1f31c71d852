// What a clinician does with a draft: which sentences must be looked at, what a sentence rests on, what was left out.
// No I/O, no clock.

import { RULES } from "./rules.js";

const WORD = /[\p{L}\p{N}_]+(?:[-/.,:'’][\p{L}\p{N}_]+)*/gu; // as the daemon cuts what it doubts

/** Return the sentences [{section, index, key, text, evidence, flags, doubted}] of a note, in reading order. */
export function sentences(note) {
  return (note?.sections ?? []).flatMap((section) =>
    section.sentences.map((sentence, index) => ({ section: section.id, index, key: keyOf(section.id, sentence), ...sentence })),
  );
}

/** Return what stays the same of a sentence while others come and go. */
export function keyOf(section, sentence) {
  return `${section} ${sentence.evidence.join(",")} ${sentence.text}`;
}

/** Return whether a sentence must be looked at before the note can be approved. */
export function isFlagged({ flags }) {
  return flags.some((flag) => RULES.must_be_touched.includes(flag));
}

/** Return the flagged sentences that were not looked at yet. */
export function untouched(note, touched) {
  return sentences(note).filter((row) => isFlagged(row) && !touched.has(row.key));
}

/** Return a text in pieces [text, isDoubted]; `doubted` holds words in lower case. */
export function pieces(text, doubted) {
  const found = [];
  let at = 0;
  for (const { 0: word, index } of text.matchAll(WORD)) {
    if (!doubted.includes(word.toLowerCase())) continue;
    if (index > at) found.push([text.slice(at, index), false]);
    found.push([word, true]);
    at = index + word.length;
  }
  return at < text.length ? [...found, [text.slice(at), false]] : found;
}

/** Return the sentences that rest on an utterance. */
export function restingOn(note, utterance) {
  return sentences(note).filter(({ evidence }) => evidence.includes(utterance));
}

/** Return what was said and is not in the note: {worth: […], harmless: […]}, each in the order in which it was said. */
export function leftOut(note) {
  const sorted = (note?.not_included ?? []).toSorted((a, b) => a.turn - b.turn);
  return {
    worth: sorted.filter(({ reason }) => !RULES.harmless.includes(reason)),
    harmless: sorted.filter(({ reason }) => RULES.harmless.includes(reason)),
  };
}

/** Return what is lit with these sentences: {keys, chosen: the key of one that was chosen, heard: see evidenceOf}. */
export function litBy(rows, chosen = "") {
  return { keys: new Set(rows.map(({ key }) => key)), chosen, heard: evidenceOf(rows) };
}

/** Return what sentences rest on: utterance → the words, in lower case, that they have of it. */
export function evidenceOf(rows) {
  const found = new Map();
  for (const { text, evidence } of rows) {
    for (const number of evidence) found.set(number, new Set([...(found.get(number) ?? []), ...wordsIn(text)]));
  }
  return found;
}

function wordsIn(text) {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Return the note as it is pasted into a record system that cannot be written to. */
export function asText(note) {
  const filled = note.sections.filter((section) => section.sentences.length);
  const block = ({ title, sentences }) => [title, sentences.map(({ text }) => text).join(" ")].filter(Boolean).join("\n");
  return filled.map(block).join("\n\n");
}
