// Input files: chosen, dropped or pasted; each can be taken out again.

import { announce, byId, element } from "./dom.js";

let files = [];
let changed = () => {};

/** The files as they stand. */
export const chosen = () => files;

/** Whether one of them is a video. */
export const isVideo = (file) => file.type.startsWith("video/");

function show() {
  byId("input-list").replaceChildren(...files.map((file, index) => {
    const preview = isVideo(file) ? "🎞" : element("img", { src: URL.createObjectURL(file), alt: "", width: 48, height: 48 });
    if (preview.addEventListener) preview.addEventListener("load", () => URL.revokeObjectURL(preview.src), { once: true });
    return element("li", {}, preview, element("span", {}, file.name),
      element("button", { type: "button", class: "quiet", "aria-label": `Remove ${file.name}`, click: () => remove(index) }, "✕"));
  }));
  changed();
}

function remove(index) {
  const [file] = files.splice(index, 1);
  announce(`${file.name} removed.`);
  show();
  byId("inputs").focus();
}

function add(list) {
  const media = [...list].filter((file) => /^(image|video)\//.test(file.type));
  if (media.length === 0) return;
  files = [...files, ...media].slice(0, 16);
  announce(media.length === 1 ? `${media[0].name} added.` : `${media.length} files added.`);
  show();
}

/** Takes all files out. */
export function clear() {
  files = [];
  show();
}

/** Listens for files; `tell` is called after each change. */
export function listen(tell) {
  changed = tell;
  const [picker, drop] = [byId("inputs"), byId("drop")];
  picker.addEventListener("change", () => {
    add(picker.files);
    picker.value = "";
  });
  for (const name of ["dragover", "dragleave", "drop"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.toggle("over", name === "dragover");
      if (name === "drop") add(event.dataTransfer.files);
    });
  }
  document.addEventListener("paste", (event) => {
    if (!byId("view-playground").hidden) add(event.clipboardData.files);
  });
}
