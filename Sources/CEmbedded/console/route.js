// The answer of a dry run as a table.

import { element, money, span } from "./dom.js";

/** Where a candidate stands at this moment, with a class for its colour. */
export function health(candidate) {
  const back = candidate.available_in === null ? "" : `, back in ${span(candidate.available_in)}`;
  const state = candidate.availability === "available" ? "completed" : "failed";
  return element("span", { class: `badge ${state}` }, `${candidate.availability}${back}`);
}

function remarks(candidate) {
  if (!candidate.usable) return `cannot: ${candidate.reason}`;
  const warnings = candidate.warnings.map((warning) => `${warning.field}: ${warning.message}`);
  return warnings.join("; ") || "as asked";
}

function row(candidate, isChosen) {
  return element("tr", {},
    element("th", { scope: "row" }, `${candidate.provider}/${candidate.model}`, isChosen && element("span", { class: "badge first" }, "asked first")),
    element("td", { "data-name": "Health" }, health(candidate)),
    element("td", { "data-name": "The request" }, remarks(candidate)),
    element("td", { "data-name": "Calls" }, String(candidate.calls ?? "none")),
    element("td", { "data-name": "Cost" }, candidate.usable ? money(candidate.cost) : "none"));
}

/** Candidates in order, and the rules by which they are tried. */
export function routeTable(told) {
  const { policy } = told;
  const heads = ["Candidate", "Health", "The request", "Calls", "Cost"].map((name) => element("th", { scope: "col" }, name));
  let isFirst = true;
  const rows = told.candidates.map((candidate) => {
    const isChosen = isFirst && `${candidate.provider}/${candidate.model}` === told.chosen;
    if (isChosen) isFirst = false;
    return row(candidate, isChosen);
  });
  return element("div", { class: "route" },
    told.chosen === null && element("p", { class: "problem" }, "No candidate could do this: the call would fail at once."),
    element("table", {}, element("caption", {}, `Candidates for ${told.model} (${told.operation}), in order`),
      element("thead", {}, element("tr", {}, heads)), element("tbody", {}, rows)),
    told.warnings.map((warning) => element("p", { class: "note" }, warning.message)),
    element("p", { class: "note" }, `At most ${policy.attempts} attempts in ${span(policy.deadline)}. After an unknown outcome: `
      + `${policy.ambiguous === "stop" ? "stop, since it may be billed" : "go on to the next"}.`
      + `${policy.allow_fallbacks ? "" : " No fallback."}`));
}
