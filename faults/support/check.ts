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
