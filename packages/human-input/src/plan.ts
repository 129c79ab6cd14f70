import { createHash } from "node:crypto";
import { canonicalJson } from "@bentham/core";

/** One thing that is done to a page, at a time in milliseconds from the plan's start. */
export type Step =
  | { readonly atMs: number; readonly kind: "keyDown" | "keyUp"; readonly key: string }
  | { readonly atMs: number; readonly kind: "insertText"; readonly text: string }
  | { readonly atMs: number; readonly kind: "move"; readonly x: number; readonly y: number }
  | { readonly atMs: number; readonly kind: "down" | "up" }
  | { readonly atMs: number; readonly kind: "wheel"; readonly deltaY: number }
  /** Nothing is done, but its time is waited for. */
  | { readonly atMs: number; readonly kind: "wait" };

/** What is to be done and when; made before anything is done, from nothing but its inputs. */
export interface Plan {
  /** In the order of their times, which are whole milliseconds. */
  readonly steps: readonly Step[];
  /** When it is over, in milliseconds from its start. */
  readonly durationMs: number;
  /** SHA-256 (hex) of the canonical JSON of the steps and the duration: two plans of one hash are the same. */
  readonly hash: string;
}

/** A plan of these steps; those of one millisecond keep the order they are given in. It ends with its last step. */
export function planOf(unordered: readonly Step[]): Plan {
  const rounded = unordered.map((step) => ({ ...step, atMs: Math.round(step.atMs) }));
  const steps = rounded.sort((one, other) => one.atMs - other.atMs);
  const durationMs = steps.at(-1)?.atMs ?? 0;
  const hash = createHash("sha256").update(canonicalJson({ durationMs, steps })).digest("hex");
  return { steps, durationMs, hash };
}
