/** Where time comes from. Tests pass their own. */
export interface Clock {
  /** Milliseconds since the Unix epoch, for what people read. It may jump. */
  now(): number;
  /** Milliseconds since some fixed moment, for durations. It never goes back. */
  monotonic(): number;
  /** Resolves after `ms` milliseconds; rejects with `signal.reason` when aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The longest delay one timer of Node can hold; a longer one would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** The real clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  async sleep(ms, signal) {
    for (let left = ms; ; left -= LONGEST_TIMER) {
      await sleepOnce(left > 0 ? Math.min(left, LONGEST_TIMER) : 0, signal);
      if (!(left > LONGEST_TIMER)) return;
    }
  },
};

/**
 * Calls `expire` after `ms` milliseconds on the real clock, unless what it returns is called before. Nothing where `clock`
 * is another one, or where one timer of Node cannot hold so long: then its `sleep` has to do.
 */
export function realTimer(clock: Clock, ms: number, expire: () => void): (() => void) | undefined {
  if (clock.sleep !== systemClock.sleep || !(ms <= LONGEST_TIMER)) return undefined;
  const timer = setTimeout(expire, ms > 0 ? ms : 0);
  return () => clearTimeout(timer);
}

function sleepOnce(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", stop, { once: true });
    function done(): void {
      signal?.removeEventListener("abort", stop);
      resolve();
    }
    function stop(): void {
      clearTimeout(timer);
      reject(signal?.reason);
    }
  });
}
