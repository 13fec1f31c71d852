// Building and finding elements; text goes in as text only, so nothing that was said can become markup.

export const $ = (id) => document.getElementById(id);

/** Return a new element; `properties` are set on it, those with a dash as attributes, `data` as its dataset. */
export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "data") Object.assign(node.dataset, value);
    else if (name.includes("-") || name === "role") node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children);
  return node;
}

/** Set the text of a node only where it is another: nobody is told again what is there already. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Bring a node into view, in the middle, without a journey. */
export function show(node) {
  node?.scrollIntoView({ block: "center", behavior: "instant" });
}

/** Return minutes and seconds, with hours where there are some. */
export function clock(ms) {
  const s = Math.floor(ms / 1000);
  const parts = [Math.floor(s / 60) % 60, s % 60].map((part) => String(part).padStart(2, "0"));
  return s < 3600 ? parts.join(":") : [Math.floor(s / 3600), ...parts].join(":");
}
