// The playground's form: what the chosen model can do decides which fields there are.

import { byId, element, priceText } from "./dom.js";
import { chosen, isVideo } from "./inputs.js";
import { OPERATIONS, operationsOf, request, takesInputs } from "./request.js";

const PICTURES = ["auto", "1024x1024", "1536x1024", "1024x1536"];
const VIDEOS = ["1280x720", "720x1280", "1024x1024"];

let models = [];

/** The model that is chosen. */
export const model = () => models.find((one) => one.id === byId("model").value);

const option = (value, text = value) => element("option", { value }, text);

/** Fills a list and keeps what was chosen, where that is still there. */
function refill(list, options) {
  const before = list.value;
  list.replaceChildren(...options);
  if (options.some((one) => one.value === before)) list.value = before;
}

/** The models that this page can call, grouped by what they make. */
export function modelOptions(list) {
  const groups = { Pictures: [], Videos: [], "Pictures and videos": [] };
  for (const one of list) {
    const [pictures, videos] = ["image", "video"].map((kind) => one.capabilities.output.includes(kind));
    groups[pictures && videos ? "Pictures and videos" : videos ? "Videos" : "Pictures"].push(one);
  }
  return Object.entries(groups).filter(([, members]) => members.length > 0)
    .map(([label, members]) => element("optgroup", { label }, members.map((one) => option(one.id))));
}

/** The models that can do an operation. */
export const ableTo = (operation) => models.filter((one) => operationsOf(one).includes(operation));

/** Takes the models over, for the first time or anew. */
export function setModels(list) {
  models = list.filter((one) => operationsOf(one).length > 0);
  const before = byId("model").value;
  byId("model").replaceChildren(...modelOptions(models));
  if (models.some((one) => one.id === before)) byId("model").value = before;
  showModel();
}

/** Chooses a model and an operation, where they are to be had. */
export function choose(id, operation) {
  if (models.some((one) => one.id === id)) byId("model").value = id;
  showModel();
  if (operation && operationsOf(model()).includes(operation)) byId("operation").value = operation;
  showFields();
}

function showModel() {
  const one = model();
  if (!one) return;
  const able = operationsOf(one).map((name) => OPERATIONS[name].label.toLowerCase());
  const route = [...new Set(one.providers)].join(", then ");
  byId("model-facts").textContent =
    `Can ${able.join(", ")}. ${one.capabilities.inputs > 0 ? `Up to ${one.capabilities.inputs} inputs. ` : ""}Asked: ${route}; ${priceText(one.pricing)}.`;
  refill(byId("operation"), operationsOf(one).map((name) => option(name, OPERATIONS[name].label)));
  const lengths = one.capabilities.seconds ?? [4, 8, 12];
  refill(byId("seconds"), [option("", "as it comes"), ...lengths.map((length) => option(String(length)))]);
  showFields();
}

/** Shows the fields of the operation, and the call as code. */
function showFields() {
  const one = model();
  const operation = byId("operation").value;
  const rules = OPERATIONS[operation];
  if (!one || !rules) return;
  const visible = {
    prompt: rules.prompt, inputs: takesInputs(one, operation), mask: rules.mask && one.capabilities.mask,
    size: rules.size, seconds: rules.seconds, quality: rules.quality, count: rules.count,
  };
  for (const [name, shown] of Object.entries(visible)) byId(`${name}-field`).hidden = !shown;
  byId("inputs-label").textContent = rules.inputs === "video" ? "Video to change" : rules.optionalInputs ? "Pictures to begin with (if any)" : "Input pictures";
  byId("inputs").accept = rules.inputs === "video" ? "video/mp4,video/webm" : "image/png,image/jpeg,image/webp,image/gif";
  byId("sizes").replaceChildren(...(operation === "video" ? VIDEOS : PICTURES).map((size) => option(size)));
}

/** What an input does to the operation: a picture is there to be edited, a video, too. */
export function followInputs() {
  const files = chosen();
  const operations = model() ? operationsOf(model()) : [];
  const wanted = files.some(isVideo) ? "editVideo" : "edit";
  const current = byId("operation").value;
  const fits = OPERATIONS[current]?.inputs && (OPERATIONS[current].inputs === "video") === files.some(isVideo);
  if (files.length > 0 && !fits && operations.includes(wanted)) {
    byId("operation").value = wanted;
    showFields();
  }
}

/** The call that the form describes. */
export function described() {
  const values = {
    prompt: byId("prompt").value, size: byId("size").value.trim(), seconds: byId("seconds").value,
    quality: byId("quality").value, count: Number(byId("count").value) || 1,
  };
  return request(model(), byId("operation").value, values, chosen(), byId("mask").files[0]);
}

/** Listens for choices. */
export function listen(tell) {
  byId("model").addEventListener("change", showModel);
  byId("operation").addEventListener("change", showFields);
  for (const name of ["input", "change"]) byId("call").addEventListener(name, tell);
}
