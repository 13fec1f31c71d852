// What is drawn with the browser's next frame: each part once, however often it is asked for.

let due = null;

export function soon(part) {
  if (!due) requestAnimationFrame(drawDue);
  due = (due ?? new Set()).add(part);
}

function drawDue() {
  const parts = due;
  due = null;
  for (const part of parts) part();
}
