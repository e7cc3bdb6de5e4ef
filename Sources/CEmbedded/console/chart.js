// A bar for each day, and a gauge for each budget.

import { element, usd } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const DAY = 86_400_000;
const MOST = 400;

function shape(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
}

/** Every day from the first to the last, both included, as texts. */
function days(from, to) {
  const list = [];
  for (let moment = Date.parse(from); moment <= Date.parse(to) && list.length <= MOST; moment += DAY) {
    list.push(new Date(moment).toISOString().slice(0, 10));
  }
  return list;
}

function bars(all, value, text, most, name) {
  const frame = { viewBox: `0 0 ${all.length * 10} 100`, preserveAspectRatio: "none" };
  const chart = shape("svg", { class: "chart", role: "img", "aria-label": name, ...frame });
  all.forEach((day, index) => {
    const height = most > 0 ? (100 * value(day)) / most : 0;
    chart.append(shape("rect", { x: index * 10 + 1, y: 100 - height, width: 8, height }, shape("title", {}, `${day}: ${text(day)}`)));
  });
  return chart;
}

/** Cost by day; where nothing has cost anything, attempts by day. Null for more days than there is room for. */
export function chart({ from, to, data }) {
  const all = days(from, to);
  if (all.length > MOST || data.length === 0) return null;
  const byDay = new Map(data.map((row) => [row.day, row]));
  const field = data.some((row) => row.cost > 0) ? "cost" : "attempts";
  const value = (day) => byDay.get(day)?.[field] ?? 0;
  const text = (day) => (field === "cost" ? usd(value(day)) : String(value(day)));
  const top = all.reduce((one, other) => (value(other) > value(one) ? other : one));
  const name = `${field === "cost" ? "Cost" : "Attempts"} by day; the most on ${top}: ${text(top)}`;
  return element("figure", {}, bars(all, value, text, value(top), name),
    element("div", { class: "axis note", "aria-hidden": "true" }, element("span", {}, from), element("span", {}, to)),
    element("figcaption", { class: "note" }, `${name}.`));
}

/** What is left of a budget, as a bar and in words. */
export function gauge(label, budget) {
  if (!budget) return null;
  const { limit, spent, reserved } = budget;
  const used = spent + reserved;
  const share = limit > 0 ? Math.round((100 * used) / limit) : 100;
  const held = reserved > 0 ? ` and ${usd(reserved)} reserved for what runs` : "";
  const over = used >= limit ? " Calls that cost are refused." : "";
  // Yellow from 80 %, red when it is used up; a budget of nothing is used up.
  const bar = { min: 0, max: limit || 1, low: (limit || 1) * 0.8, high: (limit || 1) * 0.999, optimum: 0, value: limit > 0 ? used : 1 };
  return element("li", {}, element("p", {}, `${label}: ${usd(spent)} spent${held}, of ${usd(limit)} (${share} %).${over}`),
    element("meter", { "aria-label": `Budget, ${label.toLowerCase()}`, ...bar }));
}
