// Who is signed in: the key's name, and whether it is an operator's.

import { call, key } from "./api.js";
import { byId } from "./dom.js";

let known = null;

/** The key's name; null before signing in. */
export const myName = () => known?.name ?? null;

/** Whether this key sees the tasks of all keys. */
export const isOperator = () => known?.role === "admin";

/** Whether this key is one of several; without keys nobody can be told apart. */
export const hasName = () => known !== null && key.value !== null;

/** Asks the gateway, and names the key beside the views. */
export async function recognise() {
  known = await call("v1/me");
  byId("who").textContent = `${hasName() ? known.name : "no key"} · ${known.role}`;
  byId("who").hidden = false;
}

/** Nobody is signed in any more. */
export function forget() {
  known = null;
  byId("who").hidden = true;
  byId("who").textContent = "";
}
