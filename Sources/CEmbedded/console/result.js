// A task shown with all that is known of it: state, results, attempts, cost, warnings.

import { fileURL } from "./api.js";
import { timeline } from "./attempts.js";
import { element, money, span } from "./dom.js";
import { isFinal } from "./events.js";

/** Words for a task's state. */
export const stateText = (task) => task.status.replace("_", " ");

/** The outputs that were asked for, thumbnails and the like left out. */
export const results = (task) => task.outputs.filter((output) => output.role === "result");

const isVideo = (output, task) => (output.type ? output.type.startsWith("video/") : task.kind === "video");

/** The picture or video itself, loaded when it comes into sight. */
export function media(output, task) {
  const source = fileURL(output.url);
  const text = task.prompt || "without a prompt";
  if (!source) {
    return element("p", {}, "The result lies elsewhere: ",
      element("a", { href: output.url, rel: "noreferrer noopener", target: "_blank" }, "open it"));
  }
  if (!isVideo(output, task)) return element("img", { src: source, alt: `Result: ${text}`, loading: "lazy", decoding: "async" });
  const poster = fileURL(task.outputs.find((other) => other.role === "thumbnail")?.url);
  return element("video", { src: source, poster, controls: true, loop: true, playsinline: true, preload: "metadata", "aria-label": `Result: ${text}` });
}

/** A link that saves the file. */
export function download(output) {
  const source = fileURL(output.url);
  return source && element("a", { class: "button", href: source, download: source.split("/").pop() }, "Download");
}

/** A bar with its number in words, for as long as the task runs. */
export function progress(task) {
  if (isFinal(task)) return null;
  const name = `Progress of ${task.model}`;
  return element("div", { class: "progress" },
    element("progress", { max: 100, value: task.progress, "aria-label": name }), element("span", { "aria-hidden": "true" }, `${task.progress} %`));
}

/** Warnings and the error, if there are any. */
export function remarks(task) {
  const warnings = task.warnings.map((warning) =>
    element("li", {}, typeof warning === "string" ? warning : `${warning.field}: ${warning.message}`));
  return [
    task.error && element("p", { class: "problem" }, `${task.error.message} (${task.error.code})`),
    warnings.length > 0 && element("ul", { class: "warnings", "aria-label": "Warnings" }, warnings),
  ];
}

/** How long it took; null where that is not known. Both moments are whole seconds. */
export function duration(task) {
  return task.started_at && task.completed_at ? span(Math.max(1, task.completed_at - task.started_at)) : null;
}

/** Provider, cost and time in one line. */
export function facts(task) {
  const took = duration(task);
  return [task.provider && `by ${task.provider}`, isFinal(task) && money(task.cost), took && `in ${took}`].filter(Boolean).join(" · ");
}

/** Everything, for the playground. */
export function card(task, actions) {
  return [
    element("p", { class: "state" }, element("span", { class: `badge ${task.status}` }, stateText(task)), ` ${facts(task)}`),
    progress(task),
    results(task).map((output) => element("figure", {}, media(output, task), element("figcaption", {},
      output.revised_prompt && element("p", { class: "note" }, `Prompt as the provider took it: ${output.revised_prompt}`), download(output)))),
    remarks(task),
    timeline(task.attempts),
    actions,
  ].flat();
}
