// The tasks of the key, live: the newest that run are followed by their events, everything else by the list.

import { call } from "./api.js";
import { timeline } from "./attempts.js";
import { age, announce, byId, element, showProblem } from "./dom.js";
import { follow, isFinal } from "./events.js";
import { facts, progress, remarks, stateText } from "./result.js";

/** A browser opens six connections to one host; streams must leave some for everything else. */
const STREAMS = 3;
const REFRESH = 4000;

const shown = new Map();
let visit = null;

async function cancel(id, button) {
  button.disabled = true;
  try {
    show(await call(`v1/tasks/${id}/cancel`, { method: "POST" }));
    announce("Cancelled.");
  } catch (error) {
    button.disabled = false;
    showProblem("tasks-problem", error.message);
  }
}

/** An entry whose parts are replaced while it stays itself, with its focus and its opened details. */
function entry(id) {
  const head = element("div");
  const attempts = element("div");
  const details = element("details", {}, element("summary", {}, "Attempts"), attempts);
  const button = element("button", { type: "button", click: () => cancel(id, button) }, "Cancel");
  const node = element("li", { class: "panel", "data-task": id, tabindex: -1 }, head, details, button);
  return { node, head, attempts, details, button, status: null, stream: null };
}

function fill(entry, task) {
  entry.head.replaceChildren(...[
    element("p", { class: "state" }, element("span", { class: `badge ${task.status}` }, stateText(task)), ` ${task.model} `,
      element("span", { class: "note" }, `${age(task.created_at)} ${facts(task)}`)),
    task.prompt && element("p", { class: "prompt" }, task.prompt), progress(task), remarks(task),
  ].flat().filter(Boolean));
  entry.attempts.replaceChildren(...[timeline(task.attempts)].filter(Boolean));
  entry.details.hidden = task.attempts.length === 0;
  if (isFinal(task) && document.activeElement === entry.button) entry.node.focus();
  entry.button.hidden = isFinal(task);
  entry.button.setAttribute("aria-label", `Cancel ${task.model}: ${task.prompt ?? "no prompt"}`);
}

/** Shows a state, in the place that the task has or as the newest. */
function show(task, { isOlder = false } = {}) {
  let known = shown.get(task.id);
  if (!known) {
    known = entry(task.id);
    shown.set(task.id, known);
    byId("task-list")[isOlder ? "append" : "prepend"](known.node);
  }
  if (known.status && known.status !== task.status) announce(`${task.model}: ${stateText(task)}.`);
  known.status = task.status;
  known.task = task;
  fill(known, task);
}

function followNewest(signal) {
  const entries = [...shown.values()].filter((one) => !isFinal(one.task)).sort((a, b) => b.task.created_at - a.task.created_at);
  const free = STREAMS - entries.filter((one) => one.stream).length;
  for (const one of entries.filter((one) => !one.stream).slice(0, Math.max(free, 0))) {
    one.stream = follow(one.task.id, signal, show).catch(() => {}).finally(() => { one.stream = null; });
  }
}

async function page(signal, after) {
  const query = new URLSearchParams({ limit: "30", ...(after ? { after } : {}) });
  const list = await call(`v1/tasks?${query}`, { signal });
  // The newest page is read from its end, since each new entry is put on top.
  for (const task of after ? list.data : list.data.toReversed()) {
    if (!shown.get(task.id)?.stream) show(task, { isOlder: Boolean(after) });
  }
  if (after || shown.size === list.data.length) byId("more-tasks").hidden = !list.has_more;
  byId("tasks-empty").hidden = shown.size > 0;
}

async function watch(signal) {
  while (!signal.aborted) {
    try {
      if (document.visibilityState === "visible") {
        await page(signal);
        showProblem("tasks-problem");
        followNewest(signal);
      }
    } catch (error) {
      if (signal.aborted || error.status === 401) return;
      showProblem("tasks-problem", error.message);
    }
    await new Promise((resolve) => setTimeout(resolve, REFRESH));
  }
}

export function open() {
  forget();
  visit = new AbortController();
  watch(visit.signal);
}

export function close() {
  visit?.abort();
}

/** Takes everything away: nothing of one key is shown to the next. */
export function forget() {
  close();
  shown.clear();
  byId("task-list").replaceChildren();
}

export function start() {
  byId("more-tasks").addEventListener("click", () => {
    const last = byId("task-list").lastElementChild?.dataset.task;
    page(visit.signal, last).catch((error) => showProblem("tasks-problem", error.message));
  });
}
