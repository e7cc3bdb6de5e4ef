// Running a task again, on its model or on another that can do the same.

import { byId, priceText } from "./dom.js";
import { ableTo, modelOptions } from "./form.js";
import { runAgain } from "./playground.js";

let task = null;

const operation = () => (task.kind === "video" ? "video" : "generate");

function showFacts() {
  const model = ableTo(operation()).find((one) => one.id === byId("again-model").value);
  byId("again-facts").textContent = model ? `Asked: ${[...new Set(model.providers)].join(", then ")}; ${priceText(model.pricing)}.` : "";
}

/** Asks on which model. */
export function askToRunAgain(wanted) {
  task = wanted;
  const able = ableTo(operation());
  byId("again-text").textContent = task.prompt || "Without a prompt.";
  byId("again-model").replaceChildren(...modelOptions(able));
  if (able.some((one) => one.id === task.model)) byId("again-model").value = task.model;
  showFacts();
  byId("again-dialog").showModal();
}

function leave({ runs }) {
  byId("again-dialog").close();
  runAgain(task, operation(), byId("again-model").value, { runs });
}

export function start() {
  byId("again-model").addEventListener("change", showFacts);
  byId("again-run").addEventListener("click", () => leave({ runs: true }));
  byId("again-open").addEventListener("click", () => leave({ runs: false }));
}
