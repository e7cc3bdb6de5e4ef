// What the form asks for, as a call of the API.

/** Per operation: its name for people, its path, and what it takes. `sdk` is the method of OpenAI's Python SDK. */
export const OPERATIONS = {
  generate: { label: "Make a picture", path: "v1/images/generations", prompt: true, quality: true, count: true, size: true, sdk: "images.generate" },
  edit: { label: "Edit pictures", path: "v1/images/edits", prompt: true, inputs: "image", mask: true, quality: true, count: true, size: true, sdk: "images.edit" },
  vary: { label: "Vary a picture", path: "v1/images/variations", inputs: "image", count: true, size: true, sdk: "images.create_variation" },
  upscale: { label: "Upscale a picture", path: "v1/images/upscale", inputs: "image" },
  removeBackground: { label: "Remove a background", path: "v1/images/remove", inputs: "image" },
  video: { label: "Make a video", path: "v1/videos", prompt: true, inputs: "input_reference", optionalInputs: true, seconds: true, size: true, sdk: "videos.create" },
  editVideo: { label: "Edit a video", path: "v1/videos/edits", prompt: true, inputs: "video", sdk: "videos.edit" },
};

/** The operations of a model that this page has a form for. */
export function operationsOf(model) {
  const { operations, video_input: takesVideo } = model.capabilities;
  return operations.filter((name) => OPERATIONS[name] && (name !== "editVideo" || takesVideo));
}

/** Whether a model takes inputs for an operation. */
export function takesInputs(model, operation) {
  const { inputs, optionalInputs } = OPERATIONS[operation];
  return Boolean(inputs) && !(optionalInputs && model.capabilities.inputs === 0);
}

/** The call: path, text fields, and files with the names of their fields. */
export function request(model, operation, values, inputs, mask) {
  const rules = OPERATIONS[operation];
  const fields = { model: model.id };
  if (rules.prompt) fields.prompt = values.prompt;
  if (rules.size && values.size) fields.size = values.size;
  if (rules.quality && values.quality) fields.quality = values.quality;
  if (rules.seconds && values.seconds) fields.seconds = values.seconds;
  if (rules.count && values.count > 1) fields.n = values.count;
  const files = takesInputs(model, operation) ? inputs.map((file) => ({ field: rules.inputs, file })) : [];
  // One upload goes by the plain name, several by the name of a list.
  if (files.length > 1) for (const entry of files) entry.field += "[]";
  if (rules.mask && mask && model.capabilities.mask) files.push({ field: "mask", file: mask });
  return { operation, path: rules.path, fields, files };
}

/** The body to send: JSON, or a form where there are files. */
export function body({ fields, files }) {
  if (files.length === 0) return fields;
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  for (const { field, file } of files) form.append(field, file);
  return form;
}

/** What is missing, and the id of the field that lacks it; null when the call can go. */
export function problem(call, model) {
  const rules = OPERATIONS[call.operation];
  if (rules.prompt && !call.fields.prompt.trim()) return { field: "prompt", message: "Write a prompt first." };
  const needsInput = rules.inputs && !rules.optionalInputs;
  if (needsInput && !call.files.some((entry) => entry.field !== "mask")) {
    return { field: "inputs", message: rules.inputs === "video" ? "Choose a video first." : "Choose a picture first." };
  }
  if (call.fields.size && !/^(auto|\d+[x×*]\d+)$/i.test(call.fields.size)) {
    return { field: "size", message: "A size is auto, or two numbers such as 1024x1024." };
  }
  const count = call.files.filter((entry) => entry.field !== "mask").length;
  if (count > Math.max(model.capabilities.inputs, 1)) {
    return { field: "inputs", message: `${model.id} takes ${model.capabilities.inputs} inputs at most.` };
  }
  return null;
}
