import { setTimeout as sleep } from "node:timers/promises";
import type { Ledger } from "@bentham/core";

/** @throws Error saying what was expected and what was seen. */
export function expectEqual<Value>(what: string, seen: Value, expected: Value): void {
  if (JSON.stringify(seen) === JSON.stringify(expected)) return;
  throw new Error(`${what}: expected ${JSON.stringify(expected)}, seen ${JSON.stringify(seen)}`);
}

/** @throws Error with `message` unless `condition` holds. */
export function expectThat(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}

/** @throws Error unless every planned cell was answered. */
export function expectAllAnswered(ledger: Ledger, planned: number): void {
  const { answered, failed, blocked, cancelled, skipped, parked, pending } = ledger;
  expectEqual("planned", ledger.planned, planned);
  expectEqual("answered", answered, planned);
  expectEqual("sum", answered + failed + blocked + cancelled + skipped + parked + pending, ledger.planned);
}

/**
 * What `work` gives, within `bound` milliseconds: the fault matrix asks of every row that it ends (I7).
 *
 * @throws Error when it takes longer; it is not stopped.
 */
export async function withinBound<Value>(what: string, bound: number, work: Promise<Value>): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`I7: ${what} did not end within ${bound} ms`)), bound);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits until `condition` holds, looking again and again, for `bound` milliseconds at most. @throws Error after that. */
export async function until(what: string, bound: number, condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + bound;
  while (!(await condition())) {
    expectThat(performance.now() < end, `I7: ${what}: not within ${bound} ms`);
    await sleep(20);
  }
}
