// The keys, and the help that lists them.

import { $, element } from "./dom.js";
import { say } from "./words.js";

const LISTED = [
  ["F2", "key_start"], ["F4", "key_stop"], ["F8", "key_flag"], ["Ctrl ⏎", "key_approve"], ["Ctrl F", "key_search"],
  ["F6", "key_panes"], ["↑ ↓", "key_arrows"], ["⏎", "key_enter"], ["E", "key_edit"], ["Del", "key_remove"], ["F1", "key_help"],
];
const PRESSES = { F2: ["start", "pause", "resume", "again"], F4: ["stop"], F8: ["next-flag"], F1: ["open-help"] };

export function listenToKeys() {
  $("open-help").onclick = () => $("help").showModal();
  addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]") || event.repeat) return;
    const does = actionOf(event);
    if (!does) return;
    event.preventDefault();
    does();
  });
}

/** List the keys in the language that is chosen. */
export function drawKeys() {
  $("keys").replaceChildren(...LISTED.flatMap(([key, text]) => [element("dt", {}, element("kbd", {}, key)), element("dd", {}, say(text))]));
}

function actionOf({ key, ctrlKey, altKey, metaKey }) {
  if (altKey || metaKey) return null;
  if (ctrlKey && key === "Enter") return () => press(["approve"]);
  if (ctrlKey && key.toLowerCase() === "f" && document.body.dataset.view === "talk") return () => $("search").focus();
  if (ctrlKey) return null;
  if (key === "F6") return switchPane;
  return key in PRESSES ? () => press(PRESSES[key]) : null;
}

/** Press the first of these buttons that is there. */
function press(ids) {
  ids.map($).find((button) => !button.hidden)?.click();
}

function switchPane() {
  const isInNote = $("note-pane").contains(document.activeElement);
  const root = isInNote ? $("transcript") : $("note");
  (root.querySelector('button[tabindex="0"], .said') ?? root).focus();
}
