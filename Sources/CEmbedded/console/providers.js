// Providers as a dry run sees them: health per candidate, and the route of a model.

import { call } from "./api.js";
import { byId, element, priceText, showProblem } from "./dom.js";
import { modelOptions } from "./form.js";
import { OPERATIONS, operationsOf } from "./request.js";
import { health, routeTable } from "./route.js";

/** Dry runs count against the key's requests per minute. */
const MOST = 12;

/** One pixel, for models that do nothing without a picture. */
const PIXEL = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNgAAAAAgAB5Sfe/AAAAABJRU5ErkJggg==";

let models = [];
let visit = null;

function ask(model, signal) {
  const operation = operationsOf(model)[0] ?? model.capabilities.operations[0];
  const input = OPERATIONS[operation]?.inputs === "image" ? { image: PIXEL } : {};
  return call("v1/explain", { method: "POST", body: { model: model.id, operation, ...input }, signal });
}

/** Few models whose routes name every provider, as far as that goes. */
function cover() {
  const missing = new Set(models.flatMap((model) => model.providers));
  const chosen = [];
  while (missing.size > 0 && chosen.length < MOST) {
    const gain = (model) => new Set(model.providers.filter((name) => missing.has(name))).size;
    const best = models.reduce((one, other) => (gain(other) > gain(one) ? other : one));
    for (const name of best.providers) missing.delete(name);
    chosen.push(best);
  }
  return chosen;
}

/** A provider with the candidates of it that were asked about. */
function entry(name, candidates) {
  const own = models.filter((model) => model.providers.includes(name));
  const prices = own.filter((model) => model.pricing).length;
  const rows = candidates.map((candidate) =>
    element("li", {}, `${candidate.model}: `, health(candidate), ` ${priceText(candidate.pricing)}`));
  return element("li", { class: "panel", "data-provider": name }, element("h3", {}, name),
    element("p", { class: "note" }, `In the routes of ${own.length} of the models; the price is known for ${prices}.`),
    rows.length > 0 ? element("ul", {}, rows) : element("p", { class: "note" }, "Not asked about: choose one of its models above."));
}

async function lookAtAll(signal) {
  const found = new Map(models.flatMap((model) => model.providers).map((name) => [name, new Map()]));
  for (const model of cover()) {
    const told = await ask(model, signal).catch((error) => {
      if (error.status === 429 || error.status === 0 || signal.aborted) throw error;
      return { candidates: [] };
    });
    for (const candidate of told.candidates) {
      found.get(candidate.provider)?.set(candidate.model, candidate);
    }
  }
  byId("health").replaceChildren(...[...found].map(([name, candidates]) => entry(name, [...candidates.values()])));
}

async function lookAtRoute(signal) {
  const model = models.find((one) => one.id === byId("route-model").value);
  if (model) byId("route").replaceChildren(routeTable(await ask(model, signal)));
}

async function look(...parts) {
  const { signal } = visit;
  try {
    for (const part of parts) await part(signal);
    showProblem("providers-problem");
  } catch (error) {
    if (!signal.aborted) showProblem("providers-problem", error.message);
  }
}

export function open() {
  visit = new AbortController();
  look(lookAtRoute, lookAtAll);
}

export function close() {
  visit?.abort();
}

export function forget() {
  close();
  byId("route").replaceChildren();
  byId("health").replaceChildren();
}

export function start() {
  byId("look").addEventListener("click", () => look(lookAtRoute, lookAtAll));
  byId("route-model").addEventListener("change", () => look(lookAtRoute));
}

/** Takes the models over; those that lead to others are left out. */
export function setModels(list) {
  models = list.filter((model) => !model.alias_of && model.providers.length > 0);
  byId("route-model").replaceChildren(...modelOptions(models));
}
