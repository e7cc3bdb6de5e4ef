// The gateway's API. The key is kept in the tab's session storage, and goes nowhere but into the header of these calls.

const STORED = "zoetrope-key";

/** Where the gateway is, also below a path of a reverse proxy. */
export const base = new URL("./", document.baseURI);

export const key = {
  get value() {
    return sessionStorage.getItem(STORED);
  },
  set value(text) {
    if (text) sessionStorage.setItem(STORED, text);
    else sessionStorage.removeItem(STORED);
  },
};

/** A call that the gateway refused, or that never reached it (status 0). */
export class APIError extends Error {
  constructor(status, body) {
    super(body?.error?.message ?? `The gateway answered ${status}.`);
    this.status = status;
    this.field = body?.error?.param ?? null;
    this.code = body?.error?.code ?? null;
    this.attempts = body?.error?.attempts ?? [];
  }
}

/** Sends a request and returns the answer, whose status is a good one. */
export async function send(path, { method = "GET", body, headers = {}, signal } = {}) {
  const fields = new Headers(headers);
  if (key.value) fields.set("authorization", `Bearer ${key.value}`);
  if (body !== undefined && !(body instanceof FormData)) {
    fields.set("content-type", "application/json");
    body = JSON.stringify(body);
  }
  const answer = await fetch(new URL(path, base), { method, body, headers: fields, signal, cache: "no-store" }).catch((error) => {
    if (error.name === "AbortError") throw error;
    throw new APIError(0, { error: { message: "The gateway cannot be reached." } });
  });
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => null);
  if (answer.status === 401) dispatchEvent(new Event("signed-out"));
  throw new APIError(answer.status, problem);
}

/** The same, for answers in JSON. */
export async function call(path, options) {
  return (await send(path, options)).json();
}

/** A stored file under the page's own address, whatever public name the gateway goes by; null for what lies elsewhere. */
export function fileURL(url) {
  const name = url?.match(/\/files\/([A-Za-z0-9._-]+)$/)?.[1];
  return name ? new URL(`files/${name}`, base).href : null;
}
