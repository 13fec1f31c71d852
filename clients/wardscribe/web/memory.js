// What a reload of the page must know to go on.  It is kept for this tab only and holds no word, sound, name or token:
// the session's id, the secret to which its seals are bound, who speaks on which channel, and when its sound began.

const KEY = "wardscribe.session";

/** Return {device, session, channels, origin}; a new tab gets a new device secret. */
export function remembered() {
  const fresh = { device: secret(), session: "", channels: [], origin: null };
  try {
    return { ...fresh, ...JSON.parse(sessionStorage.getItem(KEY)) };
  } catch {
    return fresh;
  }
}

/** Remember what is given beside what is remembered already; only what changed is written. */
export function remember(memory, news) {
  if (Object.entries(news).every(([name, value]) => memory[name] === value)) return;
  Object.assign(memory, news);
  sessionStorage.setItem(KEY, JSON.stringify(memory));
}

function secret() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
