// Providers in a table: what anybody may know of them, and what operators see besides.

import { element, time, usd } from "./dom.js";

/** A moment of today by the clock; of another day with its date. */
function clock(moment) {
  const date = new Date(moment * 1000);
  const hours = date.toLocaleTimeString("en-GB");
  return date.toDateString() === new Date().toDateString() ? hours : `${date.toLocaleDateString("sv-SE")} ${hours}`;
}

const CLASSES = { available: "completed", cooling: "in_progress", full: "in_progress", refused: "failed" };

/** Where a provider stands, in words. */
function standing({ status, available_at: back, reason }) {
  const until = back === null || back === undefined ? "" : ` until ${clock(back)}`;
  return [element("span", { class: `badge ${CLASSES[status] ?? "failed"}` }, `${status}${until}`), reason && ` ${reason}`];
}

const among = (count, most) => (most === null ? String(count) : `${count} of ${most}`);

function success({ attempts, success_rate: rate }) {
  return attempts === 0 || rate === null ? "not tried" : `${Number((100 * rate).toFixed(1))} % of ${attempts}`;
}

function times({ p50_ms: half, p95_ms: most }) {
  return half === null ? "none" : `${time(half)}, ${most === null ? "none" : time(most)}`;
}

/** Operators' columns: name, and the cell's text. */
const DETAILS = [
  ["In flight", (one) => among(one.in_flight, one.max_concurrent)],
  ["Queue", (one) => among(one.queued, one.max_queue)],
  ["Success in the last hour", (one) => success(one.last_hour)],
  ["p50, p95", (one) => times(one.last_hour)],
  ["Spent today", (one) => (one.spend ? usd(one.spend.day) : "not known")],
  ["This month", (one) => (one.spend ? usd(one.spend.month) : "not known")],
];

/** The table; `routes` tells in how many models' routes a provider is. */
export function statusTable(providers, routes) {
  const details = providers.some((one) => one.in_flight !== undefined) ? DETAILS : [];
  const heads = ["Provider", "Status", "Routes", ...details.map(([name]) => name)].map((name) => element("th", { scope: "col" }, name));
  const rows = providers.map((one) => element("tr", { "data-provider": one.id },
    element("th", { scope: "row" }, one.id, one.type !== one.id && element("span", { class: "note" }, ` ${one.type}`)),
    element("td", { "data-name": "Status" }, standing(one)),
    element("td", { "data-name": "Routes" }, String(routes(one.id))),
    details.map(([name, text]) => element("td", { "data-name": name }, text(one)))));
  return element("table", {}, element("caption", {}, "All providers, as the next call would find them"),
    element("thead", {}, element("tr", {}, heads)), element("tbody", {}, rows));
}
