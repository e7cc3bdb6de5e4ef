// Small tools for the page: elements, words for numbers, and what a screen reader is told.

/** The element with an id. */
export const byId = (id) => document.getElementById(id);

/** Makes an element. Properties are attributes, except functions, which are listeners. Text never becomes markup. */
export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") node.addEventListener(name, value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return node;
}

/** Says something to a screen reader without moving the focus. */
export function announce(text) {
  byId("status").textContent = text;
}

/** Shows a problem in its own place; without a text, takes it away. */
export function showProblem(id, text) {
  const node = byId(id);
  node.textContent = text ?? "";
  node.hidden = !text;
}

/** USD, with as many digits as it takes; what is not known is not zero. */
export function money(cost) {
  if (cost === null || cost === undefined) return "cost unknown";
  return cost === 0 ? "free" : usd(cost);
}

/** An amount in USD, where nothing is an amount, too. */
export function usd(amount) {
  const rounded = Number(amount.toPrecision(3));
  const isCents = amount >= 1 || (rounded > 0 && rounded === Number(rounded.toFixed(2)));
  return `$${isCents ? amount.toFixed(2) : rounded}`;
}

/** A length of time in milliseconds. */
export function time(milliseconds) {
  return milliseconds < 1000 ? `${milliseconds} ms` : span(milliseconds / 1000);
}

/** A length of time in seconds. */
export function span(seconds) {
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} days`;
}

/** How long ago a moment was, in seconds since 1970. */
export function age(moment) {
  const seconds = Date.now() / 1000 - moment;
  return seconds < 5 ? "just now" : `${span(seconds)} ago`;
}

/** How long something is still kept. */
export function timeLeft(moment) {
  const seconds = moment - Date.now() / 1000;
  return seconds <= 0 ? "about to go" : `kept for ${span(seconds)}`;
}

/** A model's price in a few words. */
export function priceText(pricing) {
  if (!pricing) return "price unknown";
  const { quality, ...units } = pricing;
  const parts = Object.entries(units).map(([unit, usd]) => `${money(usd)} per ${unit}`);
  for (const [name, usd] of Object.entries(quality ?? {})) parts.push(`${money(usd)} at ${name} quality`);
  return parts.length > 0 ? parts.join(", ") : "price unknown";
}

/** Copies a text; where the clipboard is closed to pages without TLS, by way of a selection. */
export async function copy(node) {
  try {
    await navigator.clipboard.writeText(node.textContent);
    announce("Copied.");
  } catch {
    getSelection().selectAllChildren(node);
    announce(document.execCommand("copy") ? "Copied." : "Selected. Copy it with the keyboard.");
  }
}
