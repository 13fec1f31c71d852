// What a clinician does with a draft: which sentences must be looked at, what a sentence rests on, where something that
// was left out would belong.  No I/O, no clock.

const MUST_BE_TOUCHED = "unsure";
const HARMLESS = ["smaprat", "prosess", "spm", "gjentatt"]; // as in labels.py: nobody needs to look at them one by one
const CLINICIANS_OWN = ["vurdering", "plan"];

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

/**
 * Return what was said and is not in the note: {worth: […], harmless: […]}, each in the order in which it was said.
 * What the clinician took in by hand is not there any more.
 */
export function leftOut(note) {
  const taken = new Set(sentences(note).map(({ text }) => text));
  const rest = (note?.not_included ?? []).filter(({ text }) => !taken.has(oneLine(text)));
  const sorted = rest.toSorted((a, b) => a.turn - b.turn);
  return {
    worth: sorted.filter(({ reason }) => !HARMLESS.includes(reason)),
    harmless: sorted.filter(({ reason }) => HARMLESS.includes(reason)),
  };
}

/**
 * Return the `edit` that takes something left out into the note: last in the section of the sentence said nearest to it.
 * Assessment and plan are the clinician's words, so they are not chosen where somebody else may have spoken.
 */
export function restoring(note, { turn, text }, isClinicians) {
  const open = note.sections.filter(({ id }) => isClinicians || !CLINICIANS_OWN.includes(id));
  const distance = (section) =>
    Math.min(Infinity, ...section.sentences.flatMap(({ evidence }) => evidence.map((number) => Math.abs(number - turn))));
  const section = (open.length ? open : note.sections).reduce((a, b) => (distance(b) < distance(a) ? b : a));
  return { type: "edit", section: section.id, index: section.sentences.length, text };
}

/** Return the utterances that a sentence rests on; of one that was taken in by hand, those that were left out with its words. */
export function evidenceOf(note, { text, evidence }) {
  if (evidence.length) return new Set(evidence);
  return new Set(note.not_included.filter((item) => oneLine(item.text) === text).map(({ turn }) => turn));
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

function oneLine(text) {
  return text.split(/\s+/).filter(Boolean).join(" ");
}
