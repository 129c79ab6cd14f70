/**
 * Waits for `promise`, but no longer than until `signal` aborts: then it rejects with the signal's reason.
 * What the promise comes to after that goes to `late`, so that nothing it carries is lost.
 */
export function untilAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal,
  late?: (value: Value) => void,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    let waiting = true;
    const stop = (): void => {
      waiting = false;
      reject(signal.reason);
    };
    const settle = async (): Promise<void> => {
      try {
        const value = await promise;
        if (waiting) resolve(value);
        else late?.(value);
      } catch (error) {
        reject(error);
      } finally {
        signal.removeEventListener("abort", stop);
      }
    };
    void settle();
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
