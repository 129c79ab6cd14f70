import type { Ledger } from "@bentham/core";

/** The exit codes of commands, by what they say. */
export const EXIT_CODES = {
  /** Every cell was answered. */
  success: 0,
  "internal error": 1,
  usage: 2,
  "cells without an answer": 3,
  "invalid study": 4,
  "check failed": 5,
  "parked cells": 10,
  paused: 11,
  "failure limit reached": 12,
  "forced stop": 13,
  "budget reached": 14,
  "deadline passed": 15,
  "disk failure": 16,
  "evidence does not verify": 20,
  "proxy failed": 21,
} as const;

/** What can be said of a run when its command ends; the one that counts most comes first. */
const PRECEDENCE = [
  "internal error",
  "forced stop",
  "disk failure",
  "budget reached",
  "deadline passed",
  "failure limit reached",
  "proxy failed",
  "paused",
  "parked cells",
  "cells without an answer",
] as const;

/** Something that can be said of a run when its command ends. Several may hold. */
export type Condition = (typeof PRECEDENCE)[number];

/** The exit code of a run: of its conditions, the one that counts most decides; without any, every cell was answered. */
export function exitCodeOf(conditions: ReadonlySet<Condition>): number {
  const first = PRECEDENCE.find((condition) => conditions.has(condition));
  return first === undefined ? EXIT_CODES.success : EXIT_CODES[first];
}

/** What a ledger says by itself. */
export function conditionsOf({ failed, blocked, cancelled, skipped, parked }: Ledger): Set<Condition> {
  const conditions = new Set<Condition>();
  if (parked > 0) conditions.add("parked cells");
  if (failed + blocked + cancelled + skipped > 0) conditions.add("cells without an answer");
  return conditions;
}
