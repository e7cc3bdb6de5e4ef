// The results of finished tasks, newest first; more of them come when the end of the page comes into sight.

import { askToRunAgain } from "./again.js";
import { call } from "./api.js";
import * as compare from "./compare.js";
import { askToDelete } from "./delete.js";
import { age, announce, byId, element, money, showProblem, timeLeft } from "./dom.js";
import { hasName, myName } from "./me.js";
import { download, media, results } from "./result.js";

const shown = new Set();
let last = null;
let loading = null;
let visit = null;

function button(name, task, click) {
  return element("button", { type: "button", "aria-label": `${name}: ${task.prompt || task.model}`, click }, name);
}

function entry(task, output) {
  return element("li", { class: "panel", "data-task": task.id, tabindex: -1 }, element("figure", {}, media(output, task),
    element("figcaption", {},
      element("p", { class: "prompt" }, task.prompt || "no prompt"),
      element("p", { class: "note" }, [task.model, task.provider && `by ${task.provider}`, money(task.cost)].filter(Boolean).join(" · ")),
      element("p", { class: "note" }, `${age(task.completed_at)} · ${timeLeft(task.expires_at)}`),
      element("div", { class: "actions" }, download(output), button("Run again", task, () => askToRunAgain(task)),
        compare.compareButton(task, output), button("Delete", task, () => askToDelete(task, gone))))));
}

/** Takes a deleted task out. The focus goes to what has come into its place. */
function gone(task) {
  const list = byId("gallery-list");
  const nodes = [...list.querySelectorAll(`[data-task="${task.id}"]`)];
  const next = nodes.at(-1)?.nextElementSibling ?? nodes[0]?.previousElementSibling ?? byId("gallery-title");
  compare.forget(task);
  for (const node of nodes) node.remove();
  // Pages are counted from a task that is there.
  if (last === task.id) last = list.lastElementChild?.dataset.task ?? null;
  byId("gallery-empty").hidden = list.childElementCount > 0 || !byId("more-results").hidden;
  next.tabIndex = -1;
  next.focus();
  announce(`Deleted: ${task.prompt || task.model}.`);
}

/** The entries of a page that are not there yet. */
function fresh(tasks) {
  const entries = [];
  for (const task of tasks) {
    if (task.status !== "completed" || shown.has(task.id)) continue;
    shown.add(task.id);
    entries.push(...results(task).map((output) => entry(task, output)));
  }
  return entries;
}

/** A page of this key's own tasks, an operator's, too. */
function page(signal, after) {
  const query = new URLSearchParams({ limit: "24", ...(after && { after }), ...(hasName() && { owner: myName() }) });
  return call(`v1/tasks?${query}`, { signal });
}

/** Reads a page; with tasks that made nothing, the next ones, too, until there is something to show. */
async function older(signal) {
  while (true) {
    const list = await page(signal, last);
    const entries = fresh(list.data);
    byId("gallery-list").append(...entries);
    last = list.last_id ?? last;
    byId("more-results").hidden = !list.has_more;
    if (entries.length > 0 || !list.has_more) return;
  }
}

/** What has been finished since the last visit goes on top. */
async function newer(signal) {
  byId("gallery-list").prepend(...fresh((await page(signal)).data));
}

async function load(read) {
  if (loading) return;
  const { signal } = visit;
  try {
    loading = read(signal);
    await loading;
    showProblem("gallery-problem");
  } catch (error) {
    if (error.name !== "AbortError") showProblem("gallery-problem", error.message);
  } finally {
    loading = null;
  }
  byId("gallery-empty").hidden = byId("gallery-list").childElementCount > 0;
}

export function open() {
  visit = new AbortController();
  load(last ? newer : older);
}

export function close() {
  visit?.abort();
  compare.forget();
  for (const video of byId("gallery-list").querySelectorAll("video")) video.pause();
}

/** Nothing of one key is shown to the next. */
export function forget() {
  close();
  shown.clear();
  last = null;
  byId("gallery-list").replaceChildren();
}

export function start() {
  const more = byId("more-results");
  more.addEventListener("click", () => load(older));
  new IntersectionObserver((entries) => {
    if (entries.some((one) => one.isIntersecting)) load(older);
  }, { rootMargin: "400px" }).observe(more);
}
