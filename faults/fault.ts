/** One row of the fault matrix: what is broken, and what must hold all the same. `faults/rows/<id>.ts` exports it as `fault`. */
export interface Fault {
  /** The name of its file. */
  readonly id: string;
  /** What is broken. */
  readonly title: string;
  /** Which numbers of the fault matrix it covers. */
  readonly matrix?: readonly number[];
  /** Whether every `npm test` runs it, in small. @default only `npm run faults` does */
  readonly inEveryTest?: boolean;
  /** Whether it runs in the process that asks for it, on a simulated clock, and lets nothing else there run. @default no */
  readonly isSimulated?: boolean;
  /** What must hold. */
  readonly expected: string;
  /**
   * Breaks it, and tells what was seen.
   * @throws Error saying what was seen instead, when that is not what was expected.
   */
  run(scale: Scale): Promise<string>;
}

/** What a row throws where a machine does not allow what it breaks; it counts as skipped. */
export class NotPossibleHere extends Error {
  override readonly name = "NotPossibleHere";
}

/** `small` takes seconds, and is what `npm test` runs; `full` may take minutes. */
export type Scale = "small" | "full";

/** Whether a module's export is a row. */
export function isFault(value: unknown): value is Fault {
  return (
    typeof value === "object" &&
    value !== null &&
    "id" in value &&
    typeof value.id === "string" &&
    "title" in value &&
    typeof value.title === "string" &&
    "expected" in value &&
    typeof value.expected === "string" &&
    "run" in value &&
    typeof value.run === "function"
  );
}
