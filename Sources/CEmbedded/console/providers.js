// Providers as the fallback sees them, and the route of a model as a dry run sees it.

import { call } from "./api.js";
import { byId, showProblem } from "./dom.js";
import { modelOptions } from "./form.js";
import { OPERATIONS, operationsOf } from "./request.js";
import { routeTable } from "./route.js";
import { statusTable } from "./status.js";
import { watch } from "./watch.js";

const REFRESH = 5000;

/** One pixel, for models that do nothing without a picture. */
const PIXEL = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNgAAAAAgAB5Sfe/AAAAABJRU5ErkJggg==";

let models = [];
let visit = null;
let seen = null;

const routes = (provider) => models.filter((model) => model.providers.includes(provider)).length;

/** What has not changed stays as it is, with what a reader has selected in it. */
async function showAll(signal) {
  const { data } = await call("v1/providers", { signal });
  const text = JSON.stringify(data);
  if (text === seen) return;
  seen = text;
  byId("health").replaceChildren(statusTable(data, routes));
}

async function ask(model, signal) {
  const operation = operationsOf(model)[0] ?? model.capabilities.operations[0];
  const input = OPERATIONS[operation]?.inputs === "image" ? { image: PIXEL } : {};
  return call("v1/explain", { method: "POST", body: { model: model.id, operation, ...input }, signal });
}

async function showRoute() {
  const { signal } = visit;
  const model = models.find((one) => one.id === byId("route-model").value);
  if (!model) return;
  try {
    byId("route").replaceChildren(routeTable(await ask(model, signal)));
    showProblem("route-problem");
  } catch (error) {
    if (!signal.aborted) showProblem("route-problem", error.message);
  }
}

export function open() {
  visit = new AbortController();
  showRoute();
  watch(showAll, REFRESH, visit.signal, (problem) => showProblem("providers-problem", problem));
}

export function close() {
  visit?.abort();
}

export function forget() {
  close();
  seen = null;
  byId("route").replaceChildren();
  byId("health").replaceChildren();
}

export function start() {
  byId("look").addEventListener("click", showRoute);
  byId("route-model").addEventListener("change", showRoute);
}

/** Takes the models over; those that lead to others are left out. */
export function setModels(list) {
  models = list.filter((model) => !model.alias_of && model.providers.length > 0);
  byId("route-model").replaceChildren(...modelOptions(models));
}
