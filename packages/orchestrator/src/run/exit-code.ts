import type { Ledger } from "@bentham/core";

/** What can be said of a run when its command ends. Several may hold; the first in {@link PRECEDENCE} gives the exit code. */
export type Condition =
  | "internal error"
  | "forced stop"
  | "disk full"
  | "budget reached"
  | "deadline passed"
  | "failure limit reached"
  | "proxy failed"
  | "paused"
  | "parked cells"
  | "cells without an answer";

/** The exit code of each condition, the one that counts first coming first. */
const PRECEDENCE: readonly (readonly [condition: Condition, exitCode: number])[] = [
  ["internal error", 1],
  ["forced stop", 13],
  ["disk full", 16],
  ["budget reached", 14],
  ["deadline passed", 15],
  ["failure limit reached", 12],
  ["proxy failed", 21],
  ["paused", 11],
  ["parked cells", 10],
  ["cells without an answer", 3],
];

/** The exit code of a run: 0 when every cell was answered. */
export function exitCodeOf(conditions: ReadonlySet<Condition>): number {
  return PRECEDENCE.find(([condition]) => conditions.has(condition))?.[1] ?? 0;
}

/** What a ledger says by itself. */
export function conditionsOf({ failed, blocked, cancelled, skipped, parked }: Ledger): Set<Condition> {
  const conditions = new Set<Condition>();
  if (parked > 0) conditions.add("parked cells");
  if (failed + blocked + cancelled + skipped > 0) conditions.add("cells without an answer");
  return conditions;
}
