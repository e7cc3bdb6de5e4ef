// The call of the playground, written for curl and for OpenAI's SDK. The key is never written out.

import { base, key } from "./api.js";
import { OPERATIONS } from "./request.js";

/** A text that a shell takes as it is. */
const quoted = (text) => `'${String(text).replaceAll("'", "'\\''")}'`;

/** A field of a form: what begins with @ or < would be taken for a file by -F. */
function formField(name, value) {
  return /^[@<]/.test(value) || /[;"]/.test(value) ? `--form-string ${quoted(`${name}=${value}`)}` : `-F ${quoted(`${name}=${value}`)}`;
}

/** A file's name inside -F, where quotes and semicolons mean something. */
const formFile = (field, name) => `-F ${quoted(`${field}=@"${name.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`)}`;

export function curl({ path, fields, files }) {
  const lines = [`curl -s ${quoted(new URL(path, base).href)}`];
  if (key.value) lines.push('-H "Authorization: Bearer $ZOETROPE_API_KEY"');
  if (files.length > 0) {
    for (const [name, value] of Object.entries(fields)) lines.push(formField(name, value));
    for (const { field, file } of files) lines.push(formFile(field, file.name));
  } else {
    lines.push("-H 'Content-Type: application/json'", `-d ${quoted(JSON.stringify(fields))}`);
  }
  return lines.join(" \\\n  ");
}

/** A value as Python writes it; JSON's strings and numbers are Python's, too. */
const literal = (value) => JSON.stringify(value);

function setup() {
  const secret = key.value ? 'os.environ["ZOETROPE_API_KEY"]' : '"unused"';
  return [...(key.value ? ["import os"] : []), "from openai import OpenAI", "",
    `client = OpenAI(base_url=${literal(new URL("v1", base).href)}, api_key=${secret})`];
}

function uploads(files) {
  const opened = ({ file }) => `open(${literal(file.name)}, "rb")`;
  const groups = {};
  for (const entry of files) (groups[entry.field.replace("[]", "")] ??= []).push(opened(entry));
  return Object.entries(groups).map(([name, list]) => `${name}=${list.length > 1 ? `[${list.join(", ")}]` : list[0]}`);
}

export function python({ operation, fields, files }) {
  const method = OPERATIONS[operation].sdk;
  if (!method) return "# The SDK has no method for this call; see curl.";
  if (operation !== "edit" && files.length > 1) return "# The SDK takes one input for this call; see curl.";
  const isVideo = operation === "video" || operation === "editVideo";
  // The SDK's type for seconds is a text; a video's model for an edit is told beside what the SDK knows.
  const known = Object.entries(fields).filter(([name]) => operation !== "editVideo" || name !== "model");
  const values = [...known.map(([name, value]) => `${name}=${literal(value)}`), ...uploads(files)];
  if (operation === "editVideo") values.push(`extra_body={"model": ${literal(fields.model)}}`);
  const lines = setup();
  lines.push(`${isVideo ? "video" : "answer"} = client.${method}(`, ...values.map((value) => `    ${value},`), ")");
  if (!isVideo) return [...lines, "for image in answer.data:", "    print(image.url or len(image.b64_json))"].join("\n");
  return [...lines, "video = client.videos.poll(video.id)", 'client.videos.download_content(video.id).write_to_file("clip.mp4")'].join("\n");
}
