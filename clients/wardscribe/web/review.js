// What a clinician does with a draft: which sentences must be looked at, what a sentence rests on, what was left out.
// No I/O, no clock.

const MUST_BE_TOUCHED = "unsure";
const HARMLESS = ["smaprat", "prosess", "spm", "gjentatt"]; // as in labels.py: nobody needs to look at them one by one

/** Return the sentences [{section, index, key, text, evidence, flags}] of a note, in reading order. */
export function sentences(note) {
  return (note?.sections ?? []).flatMap((section) =>
    section.sentences.map((sentence, index) => ({ section: section.id, index, key: keyOf(section.id, sentence), ...sentence })),
  );
}

/** Return what stays the same of a sentence while others come and go. */
export function keyOf(section, sentence) {
  return `${section} ${sentence.evidence.join(",")} ${sentence.text}`;
}

/** Return the sentences that were heard with doubt and not touched yet; the note cannot be approved before. */
export function untouched(note, touched) {
  return sentences(note).filter(({ key, flags }) => flags.includes(MUST_BE_TOUCHED) && !touched.has(key));
}

/** Return the sentences that rest on an utterance. */
export function restingOn(note, utterance) {
  return sentences(note).filter(({ evidence }) => evidence.includes(utterance));
}

/** Return what was said and is not in the note: {worth: […], harmless: […]}, each in the order in which it was said. */
export function leftOut(note) {
  const sorted = (note?.not_included ?? []).toSorted((a, b) => a.turn - b.turn);
  return {
    worth: sorted.filter(({ reason }) => !HARMLESS.includes(reason)),
    harmless: sorted.filter(({ reason }) => HARMLESS.includes(reason)),
  };
}

/** Return the words of a text, in lower case. */
export function wordsIn(text) {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu));
}

/** Return the note as it is pasted into a record system that cannot be written to. */
export function asText(note) {
  const filled = note.sections.filter((section) => section.sentences.length);
  const block = ({ title, sentences }) => [title, sentences.map(({ text }) => text).join(" ")].filter(Boolean).join("\n");
  return filled.map(block).join("\n\n");
}
