// Two results beside each other.

import { announce, byId, element, money } from "./dom.js";
import { duration, media } from "./result.js";

/** What is chosen, oldest choice first: at most one while the dialog is closed. */
let chosen = [];

function fact(name, text) {
  return [element("dt", {}, name), element("dd", {}, text ?? "not known")];
}

function side({ task, output }) {
  return element("article", { class: "panel" }, element("h3", {}, task.model), element("figure", {}, media(output, task)),
    element("p", {}, task.prompt || "no prompt"),
    element("dl", {}, fact("Provider", task.provider), fact("Cost", money(task.cost)), fact("Duration", duration(task))));
}

function release(one) {
  one.button.setAttribute("aria-pressed", "false");
  chosen = chosen.filter((other) => other !== one);
}

function toggle(one) {
  if (chosen.includes(one)) {
    release(one);
    return announce("Not compared.");
  }
  chosen.push(one);
  one.button.setAttribute("aria-pressed", "true");
  if (chosen.length < 2) return announce("Chosen. Choose another one to compare it with.");
  byId("compare-sides").replaceChildren(...chosen.map(side));
  byId("compare-dialog").showModal();
}

/** The button by which a result is chosen. */
export function compareButton(task, output) {
  const label = `Compare: ${task.prompt || task.model}`;
  const button = element("button", { type: "button", "aria-pressed": "false", "aria-label": label }, "Compare");
  const one = { task, output, button };
  button.addEventListener("click", () => toggle(one));
  return button;
}

/** A task is gone, and with it the choice; without a task, all are. */
export function forget(task) {
  for (const one of chosen) if (!task || one.task.id === task.id) release(one);
}

export function start() {
  byId("compare-dialog").addEventListener("close", () => {
    forget();
    byId("compare-sides").replaceChildren();
  });
}
