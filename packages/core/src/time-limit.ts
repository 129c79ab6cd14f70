import { type Clock, realTimer } from "./clock.ts";

/** Why a timer ends that is needed no more. Made once: an error with a stack for every timer of every job adds up. */
const NEEDED_NO_MORE = new Error("the timer is needed no more");

/** Runs `expire` after `ms` milliseconds, unless what it returns is called before. */
export function startTimer(clock: Clock, ms: number, expire: () => void): () => void {
  // Every job has several that never expire: a promise and a signal for each were a tenth of its time in the executor.
  const stop = realTimer(clock, ms, expire);
  if (stop) return stop;
  const timer = new AbortController();
  const run = async (): Promise<void> => {
    try {
      await clock.sleep(ms, timer.signal);
    } catch (error) {
      if (error === NEEDED_NO_MORE) return;
      throw error;
    }
    expire();
  };
  void run();
  return () => timer.abort(NEEDED_NO_MORE);
}

/** What `promise` comes to, or what `expired` gives when that takes longer than `ms` milliseconds. */
export async function withinTime<Value>(
  promise: Promise<Value>,
  clock: Clock,
  ms: number,
  expired: () => Value,
): Promise<Value> {
  const outOfTime = Promise.withResolvers<Value>();
  const stop = startTimer(clock, ms, () => {
    try {
      outOfTime.resolve(expired());
    } catch (error) {
      outOfTime.reject(error);
    }
  });
  try {
    return await Promise.race([promise, outOfTime.promise]);
  } finally {
    stop();
  }
}
