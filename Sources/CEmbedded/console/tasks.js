// The tasks of the key, for operators of all keys, live: the newest that run are followed by their events, everything else by the list.

import { call } from "./api.js";
import { timeline } from "./attempts.js";
import { age, announce, byId, element, showProblem } from "./dom.js";
import { follow, isFinal } from "./events.js";
import { hasName, isOperator, myName } from "./me.js";
import { facts, progress, remarks, stateText } from "./result.js";
import { watch } from "./watch.js";

/** A browser opens six connections to one host; streams must leave some for everything else. */
const STREAMS = 3;
const REFRESH = 4000;

const shown = new Map();
const owners = new Set();
let visit = null;

/** Adds names to those that an operator can choose from; with one alone there is nothing to choose. */
function learn(names) {
  const before = owners.size;
  for (const name of names) if (name) owners.add(name);
  if (owners.size === before) return;
  const list = byId("task-owner");
  const chosen = list.value;
  const options = [...owners].sort().map((name) => element("option", { value: name }, name));
  list.replaceChildren(element("option", { value: "" }, "All keys"), ...options);
  list.value = chosen;
  byId("task-owner-field").hidden = owners.size < 2;
}

/** The names of keys that have spent something of late; the tasks bring those of the others. */
async function learnFromUsage(signal) {
  const { data } = await call("v1/usage?group_by=key", { signal });
  learn(data.map((row) => row.key));
}

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

/** Whose task it is, where there are others. */
function ownerOf(task) {
  return task.owner && (hasName() || task.owner !== myName()) && element("p", { class: "note" }, `Key: ${task.owner}`);
}

function fill(entry, task) {
  entry.head.replaceChildren(...[
    element("p", { class: "state" }, element("span", { class: `badge ${task.status}` }, stateText(task)), ` ${task.model} `,
      element("span", { class: "note" }, `${age(task.created_at)} ${facts(task)}`)),
    ownerOf(task), task.prompt && element("p", { class: "prompt" }, task.prompt), progress(task), remarks(task),
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
  known.task = { owner: known.task?.owner, ...task };
  fill(known, known.task);
}

function followNewest(signal) {
  const entries = [...shown.values()].filter((one) => !isFinal(one.task)).sort((a, b) => b.task.created_at - a.task.created_at);
  const free = STREAMS - entries.filter((one) => one.stream).length;
  for (const one of entries.filter((one) => !one.stream).slice(0, Math.max(free, 0))) {
    one.stream = follow(one.task.id, signal, show).catch(() => {}).finally(() => { one.stream = null; });
  }
}

async function page(signal, after) {
  const owner = byId("task-owner").value;
  const query = new URLSearchParams({ limit: "30", ...(after && { after }), ...(owner && { owner }) });
  const list = await call(`v1/tasks?${query}`, { signal });
  learn(list.data.map((task) => task.owner));
  // The newest page is read from its end, since each new entry is put on top.
  for (const task of after ? list.data : list.data.toReversed()) {
    if (!shown.get(task.id)?.stream) show(task, { isOlder: Boolean(after) });
  }
  if (after || shown.size === list.data.length) byId("more-tasks").hidden = !list.has_more;
  byId("tasks-empty").hidden = shown.size > 0;
}

async function refresh(signal) {
  await page(signal);
  followNewest(signal);
}

export function open() {
  clear();
  visit = new AbortController();
  watch(refresh, REFRESH, visit.signal, (problem) => showProblem("tasks-problem", problem));
  if (isOperator()) learnFromUsage(visit.signal).catch(() => {});
}

export function close() {
  visit?.abort();
}

function clear() {
  close();
  shown.clear();
  byId("task-list").replaceChildren();
}

/** Takes everything away: nothing of one key is shown to the next. */
export function forget() {
  clear();
  owners.clear();
  byId("task-owner").replaceChildren();
  byId("task-owner-field").hidden = true;
}

export function start() {
  byId("task-owner").addEventListener("change", open);
  byId("more-tasks").addEventListener("click", () => {
    const last = byId("task-list").lastElementChild?.dataset.task;
    page(visit.signal, last).catch((error) => showProblem("tasks-problem", error.message));
  });
}
