// Places in a text that is shown, and painting over them: the text itself stays as it is.

/** Return where `wanted` (lower case) stands in an element, across the nodes that its text is made of. */
export function rangesOf(element, wanted) {
  const text = element.textContent.toLowerCase();
  const found = [];
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
    found.push(rangeOf(element, at, at + wanted.length));
  }
  return found;
}

/** Return the words of an element, as [in lower case, range]. */
export function wordsOf(element) {
  const found = element.textContent.toLowerCase().matchAll(/[\p{L}\p{N}]+/gu);
  return [...found].map(({ 0: word, index }) => [word, rangeOf(element, index, index + word.length)]);
}

/** Paint these ranges over the text; a browser that cannot shows the lines only. */
export function paint(name, ranges) {
  if (globalThis.Highlight) CSS.highlights.set(name, new Highlight(...ranges));
}

function rangeOf(element, start, end) {
  const range = new Range();
  range.setStart(...placeOf(element, start));
  range.setEnd(...placeOf(element, end));
  return range;
}

function placeOf(element, at) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let node = walker.nextNode();
  while (node && at > node.length) [at, node] = [at - node.length, walker.nextNode()];
  return [node, at];
}
