import {
  BenthamError,
  type Box,
  type Clock,
  type HumanBehaviorOptions,
  type HumanInput,
  type InputTarget,
  type Json,
} from "@bentham/core";
import { completeHumanBehavior } from "./complete-human-behavior.ts";
import type { InputPage } from "./input-page.ts";
import { type Persona, personaOf } from "./persona.ts";
import type { Plan } from "./plan.ts";
import { planClear, planPress } from "./plan-keys.ts";
import { planPause } from "./plan-pause.ts";
import { PlanPlayer } from "./plan-player.ts";
import { planClick, planJumpClick } from "./pointer/plan-click.ts";
import { innerPart, isInside, visiblePart } from "./pointer/point.ts";
import { planPasting } from "./typing/plan-pasting.ts";
import { planTyping } from "./typing/plan-typing.ts";

/** How long an element may take to come into view, in milliseconds. */
const VIEW_PATIENCE = 5_000;

/** Most times that an element is followed which moves on. */
const MOST_CHASES = 5;

/** Options of {@link createHumanInput}. */
export interface HumanInputOptions {
  readonly page: InputPage;
  /**
   * `false` for no imitation of people: the pointer jumps, texts are inserted, nothing pauses.
   * @default people as in DEFAULT_HUMAN_BEHAVIOR
   */
  readonly behavior?: HumanBehaviorOptions | false | undefined;
  /** The same seed plans the same things, for the same texts and the same boxes. It stands in the record. */
  readonly seed: string;
  readonly clock: Clock;
  /** Ends whatever is being done; its reason is thrown. */
  readonly signal: AbortSignal;
  /**
   * Longest text that is typed, in UTF-16 code units; a longer one is pasted. 0 pastes every text, Infinity types every
   * one.
   * @default 2000
   */
  readonly longestTyped?: number | undefined;
}

/**
 * Input for one page. What it does is planned first, from the seed, and then played. Its methods are called one at a time.
 *
 * @throws BenthamError CONFIG_INVALID for a behavior, or a longest text, out of its range.
 */
export function createHumanInput(options: HumanInputOptions): HumanInput {
  const { longestTyped = 0 } = options;
  if (!(longestTyped >= 0)) {
    throw new BenthamError(
      "CONFIG_INVALID",
      `longestTyped must be a number from 0 to Infinity, and is ${longestTyped}`,
    );
  }
  const persona =
    options.behavior === false ? undefined : personaOf(completeHumanBehavior(options.behavior), options.seed);
  return new PlannedInput(options, persona);
}

class PlannedInput implements HumanInput {
  readonly #options: HumanInputOptions;
  readonly #persona: Persona | undefined;
  readonly #player: PlanPlayer;
  readonly #actions: Json[] = [];

  constructor(options: HumanInputOptions, persona: Persona | undefined) {
    this.#options = options;
    this.#persona = persona;
    this.#player = new PlanPlayer(options.page, options.clock, options.signal);
  }

  async click(target: InputTarget): Promise<void> {
    await this.#reach(() => target.scrollIntoViewIfNeeded({ timeout: VIEW_PATIENCE }));
    let box = await this.#boxOf(target);
    // Elements move while the pointer is on its way: from where it is then, it goes on to where the element is.
    const isOnTarget = async (): Promise<boolean> => {
      box = await this.#boxOf(target);
      return isInside(this.#player.pointer, innerPart(box));
    };
    for (let chases = 0; chases <= MOST_CHASES; chases++) {
      const plan = this.#persona
        ? planClick(this.#player.pointer, box, this.#persona, this.#seed())
        : planJumpClick(box);
      if (await this.#play("click", plan, isOnTarget)) return;
    }
    throw new BenthamError("UI_OBSTRUCTED", "an element of the page does not stand still to be clicked");
  }

  async type(text: string): Promise<void> {
    const plan = this.#persona ? planTyping(text, this.#persona, this.#seed(), this.#options) : planPasting(text, 0);
    await this.#play("type", plan);
  }

  async insert(text: string): Promise<void> {
    await this.#play("insert", planPasting(text, this.#persona ? undefined : 0));
  }

  async clear(): Promise<void> {
    await this.#play("clear", planClear(this.#persona));
  }

  async press(key: string): Promise<void> {
    await this.#play("press", planPress(key, this.#persona));
  }

  async pause(kind: "navigation" | "reading"): Promise<void> {
    this.#options.signal.throwIfAborted();
    if (this.#persona) await this.#play(`pause:${kind}`, planPause(kind, this.#persona, this.#seed()));
  }

  record(): Json {
    return { imitates: this.#persona ? "people" : "nobody", seed: this.#options.seed, actions: [...this.#actions] };
  }

  /** Every action has streams of chance of its own: one more draw in one of them changes none of the others. */
  #seed(): string {
    return `${this.#options.seed}/${this.#actions.length}`;
  }

  /** Where the element is, as far as the page shows it. */
  async #boxOf(target: InputTarget): Promise<Box> {
    const box = await this.#reach(() => target.boundingBox({ timeout: VIEW_PATIENCE }));
    const viewport = this.#options.page.viewportSize?.();
    const seen = box && viewport ? visiblePart(box, viewport) : box;
    if (seen && seen.width > 0 && seen.height > 0) return seen;
    throw new BenthamError("UI_OBSTRUCTED", "an element of the page has no place where it could be clicked");
  }

  async #reach<Value>(call: () => Promise<Value>): Promise<Value> {
    try {
      return await this.#player.call(call);
    } catch (cause) {
      // Playwright's, for an element that does not come or cannot be seen.
      if (!(cause instanceof Error) || cause.name !== "TimeoutError") throw cause;
      throw new BenthamError("UI_OBSTRUCTED", `an element of the page did not come in ${VIEW_PATIENCE} ms`, { cause });
    }
  }

  /** Plays a plan, and keeps what the evidence says of it, however it ends: never what was typed. */
  async #play(action: string, plan: Plan, mayPress?: () => Promise<boolean>): Promise<boolean> {
    const slips: number[] = [];
    try {
      return await this.#player.play(plan, slips, mayPress);
    } finally {
      const { hash: planHash, steps, durationMs } = plan;
      const entry = { action, planHash, steps: steps.length, played: slips.length, durationMs };
      this.#actions.push({ ...entry, slipP95Ms: p95(slips) });
    }
  }
}

/** The value that 95 of 100 are no greater than, rounded; 0 for none. */
function p95(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return Math.round(sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0);
}
