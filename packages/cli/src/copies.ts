import type { Condition } from "@bentham/orchestrator";
import type { Runtime } from "@bentham/runtime";
import { printable } from "./printable.ts";

/** How far the copies of evidence are; undefined where it is not copied. */
export type Copies = Awaited<ReturnType<Runtime["copyEvidence"]>>;

/** Says in a line that evidence waits to be copied, and why; undefined where none does. */
export function copiesLine(copies: Copies): string | undefined {
  if (!copies || copies.waiting === 0) return undefined;
  const { waiting, reason } = copies;
  const why = reason === undefined ? "" : `: ${printable(reason)}`;
  return `${waiting} ${waiting === 1 ? "bag waits" : "bags wait"} to be copied${why}; the same command copies them`;
}

/** What holds of a run when its command ends; evidence that a store has not taken is as bad as a full disk. */
export function withCopies(conditions: ReadonlySet<Condition>, copies: Copies): Set<Condition> {
  const isMissing = copies?.reason !== undefined;
  return new Set<Condition>([...conditions, ...(isMissing ? (["disk failure"] as const) : [])]);
}
