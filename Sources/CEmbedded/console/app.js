// The console: signing in, and which view is shown.

import * as again from "./again.js";
import { call, key } from "./api.js";
import * as compare from "./compare.js";
import * as deletion from "./delete.js";
import { byId, showProblem } from "./dom.js";
import * as gallery from "./gallery.js";
import * as inputs from "./inputs.js";
import * as me from "./me.js";
import * as playground from "./playground.js";
import * as providers from "./providers.js";
import * as tasks from "./tasks.js";
import * as usage from "./usage.js";

const VIEWS = { playground: null, tasks, gallery, providers, usage };
let current = null;

function showSection(name) {
  for (const section of document.querySelectorAll("main > section")) section.hidden = section.id !== `view-${name}`;
  byId("starting").hidden = true;
}

function closeDialogs() {
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
}

/** Shows the view that the address names; the first one by default. */
function showView({ movesFocus = true } = {}) {
  closeDialogs();
  const name = location.hash.slice(1) in VIEWS ? location.hash.slice(1) : (current ?? "playground");
  if (name === current) return;
  VIEWS[current]?.close();
  current = name;
  showSection(name);
  for (const link of byId("views").querySelectorAll("a")) {
    if (link.hash === `#${name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const heading = byId(`${name}-title`);
  document.title = `${heading.textContent} – Zoetrope`;
  VIEWS[name]?.open();
  scrollTo(0, 0);
  if (!movesFocus) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

function askForKey(problem) {
  closeDialogs();
  VIEWS[current]?.close();
  current = null;
  for (const part of [tasks, gallery, providers, usage, me]) part.forget();
  playground.stop();
  key.value = null;
  byId("call").reset();
  inputs.clear();
  byId("views").hidden = true;
  byId("sign-out").hidden = true;
  showSection("sign-in");
  showProblem("sign-in-problem", problem);
  byId("key").value = "";
  byId("key").focus();
}

/** Asks whose key this is, which shows whether it is good, reads the models, and opens the page. */
async function enter() {
  try {
    await me.recognise();
    const models = (await call("v1/models")).data;
    playground.setModels(models);
    providers.setModels(models);
    byId("views").hidden = false;
    byId("sign-out").hidden = key.value === null;
    showView({ movesFocus: key.value !== null });
  } catch (error) {
    if (error.status === 401) return;
    byId("starting").textContent = error.message;
    byId("starting").hidden = false;
  }
}

for (const part of [playground, tasks, gallery, providers, usage, again, compare, deletion]) part.start();
for (const button of document.querySelectorAll("dialog [data-close]")) {
  button.addEventListener("click", () => button.closest("dialog").close());
}

addEventListener("hashchange", () => {
  if (!byId("views").hidden) showView();
});
addEventListener("signed-out", () => askForKey(key.value ? "The gateway does not know this key." : null));
byId("sign-out").addEventListener("click", () => askForKey(null));
byId("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  key.value = byId("key").value.trim();
  showProblem("sign-in-problem");
  enter();
});
byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  byId("main").focus();
});

enter();
