// The attempts of a call, one after the other, as a timeline.

import { element, time } from "./dom.js";

/** Words for how an attempt went. */
function outcome(attempt) {
  if (attempt.skipped !== undefined) return `skipped: ${attempt.skipped}`;
  const status = attempt.status ?? "no answer";
  return attempt.kind ? `${status}, ${words(attempt.kind)}` : `${status}, made it`;
}

/** "rateLimited" as "rate limited". */
const words = (name) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function kind(attempt) {
  if (attempt.skipped !== undefined) return "skipped";
  return attempt.kind ? "failed" : "succeeded";
}

function billing(attempt) {
  return { yes: "billed", no: "not billed", unknown: "perhaps billed" }[attempt.billed];
}

/** An ordered list; null where nothing has been tried. */
export function timeline(attempts) {
  if (attempts.length === 0) return null;
  const total = Math.max(1, attempts.reduce((sum, attempt) => sum + attempt.duration_ms, 0));
  let start = 0;
  const items = attempts.map((attempt) => {
    const bar = element("span", { class: "bar", "aria-hidden": "true" });
    bar.style.marginInlineStart = `${Math.min(98, (100 * start) / total)}%`;
    bar.style.inlineSize = `${Math.max(2, (100 * attempt.duration_ms) / total)}%`;
    start += attempt.duration_ms;
    return element("li", { class: kind(attempt) },
      element("strong", {}, `${attempt.provider}/${attempt.model}`), ` ${outcome(attempt)} `,
      attempt.skipped === undefined && element("span", { class: "note" }, `${time(attempt.duration_ms)}, ${billing(attempt)}`),
      element("span", { class: "track" }, bar),
      attempt.message && element("span", { class: "note" }, attempt.message));
  });
  return element("ol", { class: "timeline", "aria-label": "Attempts" }, items);
}
