// The playground: one call, its progress, its result, and what it would be as code.

import { APIError, call } from "./api.js";
import { timeline } from "./attempts.js";
import { announce, byId, copy, element, showProblem } from "./dom.js";
import { follow, isFinal } from "./events.js";
import * as form from "./form.js";
import * as inputs from "./inputs.js";
import { body, problem } from "./request.js";
import { card, stateText } from "./result.js";
import { routeTable } from "./route.js";
import { curl, python } from "./samples.js";

let running = null;

function showCode() {
  if (!form.model()) return;
  const described = form.described();
  byId("curl").textContent = curl(described);
  byId("python").textContent = python(described);
}

/** Shows what is wrong, at the field if one is known, and puts the focus there. */
function complain({ message, field }) {
  showProblem("call-problem", message);
  const names = { n: "count", image: "inputs", "image[]": "inputs", input_reference: "inputs", video: "inputs" };
  const control = byId(names[field] ?? field ?? "");
  if (!control || !byId("call").contains(control)) return;
  control.setAttribute("aria-invalid", "true");
  control.setAttribute("aria-errormessage", "call-problem");
  control.focus();
}

function forgive() {
  showProblem("call-problem");
  for (const node of byId("call").querySelectorAll("[aria-invalid]")) {
    node.removeAttribute("aria-invalid");
    node.removeAttribute("aria-errormessage");
  }
}

const show = (...nodes) => byId("outcome").replaceChildren(...nodes.filter(Boolean));

async function cancel(id, button) {
  button.disabled = true;
  try {
    await call(`v1/tasks/${id}/cancel`, { method: "POST" });
  } catch (error) {
    button.disabled = false;
    complain(error);
  }
}

/** Shows each state of a task. The button keeps the focus while it is there, then the outcome gets it. */
function presenter(id) {
  const button = element("button", { type: "button", click: () => cancel(id, button) }, "Cancel");
  let status = "";
  return (task) => {
    const hadFocus = document.activeElement === button;
    show(...card(task, isFinal(task) ? null : button));
    if (hadFocus) (isFinal(task) ? byId("outcome") : button).focus();
    if (task.status !== status) announce(`${task.model}: ${stateText(task)}.`);
    status = task.status;
  };
}

async function run(event) {
  event.preventDefault();
  forgive();
  const described = form.described();
  const lacking = problem(described, form.model());
  if (lacking) return complain(lacking);
  running?.abort();
  const own = new AbortController();
  running = own;
  byId("run").disabled = true;
  show(element("p", { class: "state" }, "Sending …"));
  try {
    const accepted = await call(described.path, { method: "POST", body: body(described), headers: { prefer: "respond-async" } });
    byId("run").disabled = false;
    await follow(accepted.id, own.signal, presenter(accepted.id));
  } catch (error) {
    if (own.signal.aborted) return;
    show(element("p", { class: "problem" }, error.message), timeline(error instanceof APIError ? error.attempts : []));
    complain(error);
  } finally {
    if (running === own) byId("run").disabled = false;
  }
}

async function explain() {
  forgive();
  const described = form.described();
  const fields = { ...described.fields, operation: described.operation };
  if (!fields.prompt) delete fields.prompt;
  running?.abort();
  try {
    const told = await call("v1/explain", { method: "POST", body: body({ ...described, fields }) });
    show(element("h2", {}, "What would happen"), routeTable(told));
    announce("The dry run is shown. Nothing was sent.");
  } catch (error) {
    complain(error);
  }
}

/** Fills the form in with a task's prompt, for a model and an operation, and runs that if asked to; a task's inputs are not kept. */
export function runAgain(task, operation, model, { runs }) {
  byId("call").reset();
  inputs.clear();
  forgive();
  form.choose(model, operation);
  byId("prompt").value = task.prompt ?? "";
  showCode();
  // The view is shown when the address has changed, and a field that lacks something takes the focus only when it is seen.
  if (runs) addEventListener("hashchange", () => byId("call").requestSubmit(), { once: true });
  location.hash = "#playground";
}

/** The task goes on without this page; only the watching ends. */
export function stop() {
  running?.abort();
  show();
}

export function start() {
  form.listen(showCode);
  inputs.listen(() => {
    form.followInputs();
    showCode();
  });
  byId("call").addEventListener("submit", run);
  byId("call").addEventListener("input", forgive);
  byId("explain").addEventListener("click", explain);
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", () => copy(byId(button.dataset.copy)));
  }
}

/** Takes the models over. */
export function setModels(models) {
  form.setModels(models);
  showCode();
}
