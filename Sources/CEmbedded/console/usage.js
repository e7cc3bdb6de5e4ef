// What was used and what it cost, by day, model, provider or key.

import { call } from "./api.js";
import { chart, gauge } from "./chart.js";
import { announce, byId, element, showProblem, usd } from "./dom.js";
import { isOperator } from "./me.js";

/** The columns of numbers: field, name, and how it is written. */
const NUMBERS = [
  ["attempts", "Attempts", String],
  ["failures", "Failures", String],
  ["images", "Pictures", String],
  ["video_seconds", "Seconds of video", (seconds) => String(Number(seconds.toFixed(1)))],
  ["cost", "Cost", usd],
  ["assumed_cost", "Of it assumed", usd],
];

const NAMES = { day: "Day", model: "Model", provider: "Provider", key: "Key" };

let visit = null;

/** The gateway counts in days of UTC. */
const today = () => new Date().toISOString().slice(0, 10);

function thisMonth() {
  byId("usage-from").value = `${today().slice(0, 8)}01`;
  byId("usage-to").value = today();
}

const cells = (row) => NUMBERS.map(([field, name, text]) => element("td", { class: "number", "data-name": name }, text(row[field])));

function table({ data, total, from, to }, group) {
  const numbers = NUMBERS.map(([, name]) => element("th", { scope: "col", class: "number" }, name));
  const rows = data.map((row) => element("tr", {}, element("th", { scope: "row" }, row[group] ?? "not known"), cells(row)));
  return element("table", {}, element("caption", {}, `By ${group}, ${from} to ${to}, UTC`),
    element("thead", {}, element("tr", {}, element("th", { scope: "col" }, NAMES[group]), numbers)), element("tbody", {}, rows),
    element("tfoot", {}, element("tr", {}, element("th", { scope: "row" }, "Sum"), cells(total))));
}

function showBudget(budget) {
  const gauges = [gauge("Today", budget?.day), gauge("This month", budget?.month)].filter(Boolean);
  byId("budget").replaceChildren(...gauges);
  byId("budget-none").hidden = gauges.length > 0;
}

function ask(group, signal) {
  const [from, to] = [byId("usage-from").value, byId("usage-to").value];
  const query = new URLSearchParams({ ...(from && { from }), ...(to && { to }), group_by: group });
  return call(`v1/usage?${query}`, { signal });
}

/** The days are asked for in any case: the bars are theirs. */
async function look() {
  visit?.abort();
  visit = new AbortController();
  const { signal } = visit;
  const group = byId("usage-group").value;
  try {
    const byDay = ask("day", signal);
    const [days, told] = await Promise.all([byDay, group === "day" ? byDay : ask(group, signal)]);
    showProblem("usage-problem");
    showBudget(told.budget);
    byId("usage-empty").hidden = told.data.length > 0;
    byId("usage").replaceChildren(...(told.data.length > 0 ? [chart(days), table(told, group)].filter(Boolean) : []));
    announce(`Usage by ${group}: ${usd(told.total.cost)}.`);
  } catch (error) {
    if (!signal.aborted) showProblem("usage-problem", error.message);
  }
}

export function open() {
  byId("usage-by-key").hidden = byId("usage-by-key").disabled = !isOperator();
  byId("usage-scope").textContent = isOperator() ? "Of all keys." : "Of your key.";
  look();
}

export function close() {
  visit?.abort();
}

export function forget() {
  close();
  byId("usage-group").value = "day";
  thisMonth();
  byId("usage").replaceChildren();
  byId("budget").replaceChildren();
}

export function start() {
  thisMonth();
  for (const id of ["usage-from", "usage-to", "usage-group"]) byId(id).addEventListener("change", look);
  byId("usage-month").addEventListener("click", () => {
    thisMonth();
    look();
  });
}
