import type { Json } from "@bentham/core";
import type { Plan } from "./plan.ts";
import type { Slips } from "./plan-player.ts";
import { insertedTexts, strayPrefixesOf } from "./typing/prefixes.ts";

/** From here on input was so late that a page may have met it as something else, in milliseconds. */
const DEGRADED_FROM = 50;

/** What was done on a page, for the evidence: never what was typed. */
export class ActionLog {
  readonly #imitates: "people" | "nobody";
  readonly #seed: string;
  readonly #personaSeed: string;
  readonly #actions: { readonly action: string; readonly plan: Plan; readonly slips: Slips }[] = [];

  constructor(imitates: "people" | "nobody", seed: string, personaSeed: string) {
    this.#imitates = imitates;
    this.#seed = seed;
    this.#personaSeed = personaSeed;
  }

  /** How many actions were begun. */
  get length(): number {
    return this.#actions.length;
  }

  /** Takes up an action, and gives where to note how late its events were sent: it stands there however it ends. */
  begin(action: string, plan: Plan): Slips {
    const slips: Slips = { lateMs: [], thinned: 0, tookMs: 0 };
    this.#actions.push({ action, plan, slips });
    return slips;
  }

  /**
   * Each action with the hash of its plan, how far it was kept and how long it took, and how late 95 of 100 events were
   * at most; where a text was typed, how many of its characters were inserted since the keyboard has no key for them, and
   * how often something else than a beginning of it stood there.
   */
  record(): Json {
    const slipP95Ms = p95(this.#actions.flatMap(({ slips }) => slips.lateMs));
    return {
      imitates: this.#imitates,
      seed: this.#seed,
      personaSeed: this.#personaSeed,
      slipP95Ms,
      degraded: slipP95Ms > DEGRADED_FROM,
      actions: this.#actions.map(({ action, plan, slips }) => ({
        action,
        planHash: plan.planHash,
        steps: plan.events.length,
        played: slips.lateMs.length,
        ...(slips.thinned > 0 ? { thinned: slips.thinned } : {}),
        durationMs: plan.durationMs,
        tookMs: Math.round(slips.tookMs),
        slipP95Ms: p95(slips.lateMs),
        ...(action === "type" ? typedOf(plan) : {}),
      })),
    };
  }
}

function typedOf(plan: Plan): { readonly inserted: number; readonly strayPrefixes: number } {
  return { inserted: insertedTexts(plan).length, strayPrefixes: strayPrefixesOf(plan).length };
}

/** The value that 95 of 100 are no greater than, rounded; 0 for none. */
function p95(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return Math.round(sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0);
}
