// The results of finished tasks, newest first; more of them come when the end of the page comes into sight.

import { call } from "./api.js";
import { age, byId, element, money, showProblem, timeLeft } from "./dom.js";
import { runAgain } from "./playground.js";
import { download, media, results } from "./result.js";

const shown = new Set();
let last = null;
let loading = null;
let visit = null;

function entry(task, output) {
  return element("li", { class: "panel", "data-task": task.id }, element("figure", {}, media(output, task),
    element("figcaption", {},
      element("p", { class: "prompt" }, task.prompt || "no prompt"),
      element("p", { class: "note" }, [task.model, task.provider && `by ${task.provider}`, money(task.cost)].filter(Boolean).join(" · ")),
      element("p", { class: "note" }, `${age(task.completed_at)} · ${timeLeft(task.expires_at)}`),
      element("div", { class: "actions" }, download(output),
        element("button", { type: "button", click: () => runAgain(task), "aria-label": `Run again: ${task.prompt || task.model}` }, "Run again")))));
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

/** Reads a page; with tasks that made nothing, the next ones, too, until there is something to show. */
async function older(signal) {
  while (true) {
    const query = new URLSearchParams({ limit: "24", ...(last ? { after: last } : {}) });
    const list = await call(`v1/tasks?${query}`, { signal });
    const entries = fresh(list.data);
    byId("gallery-list").append(...entries);
    last = list.last_id ?? last;
    byId("more-results").hidden = !list.has_more;
    if (entries.length > 0 || !list.has_more) return;
  }
}

/** What has been finished since the last visit goes on top. */
async function newer(signal) {
  const list = await call("v1/tasks?limit=24", { signal });
  byId("gallery-list").prepend(...fresh(list.data));
}

async function load(read) {
  if (loading) return;
  try {
    loading = read(visit.signal);
    await loading;
    showProblem("gallery-problem");
  } catch (error) {
    if (error.name !== "AbortError") showProblem("gallery-problem", error.message);
  } finally {
    loading = null;
  }
  byId("gallery-empty").hidden = shown.size > 0;
}

export function open() {
  visit = new AbortController();
  load(last ? newer : older);
}

export function close() {
  visit?.abort();
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
