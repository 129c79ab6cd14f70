import { createHash } from "node:crypto";
import { canonicalJson } from "@bentham/core";

/** One thing that is done to a page, at a time in milliseconds from the plan's start. */
export type Step =
  | { readonly atMs: number; readonly kind: "keyDown" | "keyUp"; readonly key: string }
  | { readonly atMs: number; readonly kind: "insertText"; readonly text: string }
  | { readonly atMs: number; readonly kind: "move"; readonly x: number; readonly y: number }
  | { readonly atMs: number; readonly kind: "buttonDown" | "buttonUp" };

/** What is to be done and when; made before anything is done, from nothing but its inputs. */
export interface Plan {
  /** In the order of their times. */
  readonly steps: readonly Step[];
  /** When it is over, in milliseconds from its start. */
  readonly durationMs: number;
}

/** SHA-256 (hex) of a plan's canonical JSON: two plans of one hash are the same. */
export function planHashOf(plan: Plan): string {
  const json = canonicalJson({ durationMs: plan.durationMs, steps: plan.steps.map((step) => ({ ...step })) });
  return createHash("sha256").update(json).digest("hex");
}

/** A plan of steps in any order of their making. */
export function planOf(steps: readonly Step[], durationMs: number): Plan {
  const rounded = steps.map((step) => ({ ...step, atMs: Math.round(step.atMs) }));
  return { steps: rounded.sort((one, other) => one.atMs - other.atMs), durationMs: Math.round(durationMs) };
}
