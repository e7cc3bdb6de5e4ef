// Deleting a task with its results: asked about first, since nothing brings them back.

import { call } from "./api.js";
import { byId, showProblem } from "./dom.js";
import { results } from "./result.js";

let asked = null;

/** Asks, and calls `gone` once the task is deleted. */
export function askToDelete(task, gone) {
  asked = { task, gone };
  const count = results(task).length;
  const files = count === 1 ? "Its file" : `All ${count} of its files`;
  const name = `${task.prompt || "Without a prompt"} (${task.model})`;
  byId("delete-text").textContent = `${name}. ${files} and what is known of the task are gone for good.`;
  showProblem("delete-problem");
  byId("delete-dialog").showModal();
}

async function deleteNow() {
  const { task, gone } = asked;
  byId("delete-now").disabled = true;
  try {
    await call(`v1/tasks/${task.id}`, { method: "DELETE" });
  } catch (error) {
    // What is not there any more is deleted, too.
    if (error.status !== 404) return showProblem("delete-problem", error.message);
  } finally {
    byId("delete-now").disabled = false;
  }
  byId("delete-dialog").close();
  gone(task);
}

export function start() {
  byId("delete-now").addEventListener("click", deleteNow);
}
