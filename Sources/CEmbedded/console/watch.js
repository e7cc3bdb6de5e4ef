// Reading again and again, for as long as somebody looks.

/** Waits; the signal ends the wait with its reason. */
export function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}

/** Reads now and after each pause while the page is in sight, until the signal. `tell` hears what is wrong, or that nothing is. */
export async function watch(read, milliseconds, signal, tell) {
  while (!signal.aborted) {
    try {
      if (document.visibilityState === "visible") {
        await read(signal);
        tell(null);
      }
    } catch (error) {
      if (signal.aborted || error.status === 401) return;
      tell(error.message);
    }
    await pause(milliseconds, signal).catch(() => {});
  }
}
