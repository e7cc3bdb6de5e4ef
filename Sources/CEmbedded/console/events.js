// A task's states as they change. EventSource cannot send a key in a header, so the stream is read with fetch.

import { send } from "./api.js";
import { pause } from "./watch.js";

const FINAL = new Set(["completed", "failed", "cancelled"]);

/** Whether nothing will change any more. */
export const isFinal = (task) => FINAL.has(task.status);

/** The data of each server-sent event in a stream of bytes. */
async function* messages(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  while (true) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const lines = block.split("\n").filter((line) => line.startsWith("data:"));
      if (lines.length > 0) yield JSON.parse(lines.map((line) => line.slice(5).trimStart()).join("\n"));
    }
  }
}

/** Tells each state of a task until its end, and comes back when a stream breaks off. Returns the last state. */
export async function follow(id, signal, tell) {
  for (let failures = 0; ; ) {
    try {
      const answer = await send(`v1/tasks/${id}/events`, { signal });
      for await (const task of messages(answer.body)) {
        failures = 0;
        tell(task);
        if (isFinal(task)) return task;
      }
    } catch (error) {
      signal?.throwIfAborted();
      failures += 1;
      if ([401, 403, 404].includes(error.status) || failures > 10) throw error;
    }
    await pause(Math.min(1000 * (failures + 1), 10_000), signal);
  }
}
