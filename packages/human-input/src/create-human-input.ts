import process from "node:process";
import {
  BenthamError,
  type Box,
  type Clock,
  type HumanBehaviorOptions,
  type HumanInput,
  type InputTarget,
  type Json,
  seededRandom,
} from "@bentham/core";
import { completeHumanBehavior } from "./complete-human-behavior.ts";
import { uniform } from "./distributions.ts";
import type { InputPage } from "./input-page.ts";
import { type Persona, personaOf } from "./persona.ts";
import { type Plan, planHashOf, planOf } from "./plan.ts";
import { planClick, type Point } from "./plan-click.ts";
import { planPasting, planTyping } from "./plan-typing.ts";
import { PlanPlayer } from "./plan-player.ts";

/** How long an element may take to come into view, in milliseconds. */
const VIEW_PATIENCE = 5_000;

/** How far an element may have moved while the pointer was on its way, in CSS pixels. */
const MOST_MOVED = 2;

/** Most times that an element is followed which moves on. */
const MOST_CHASES = 3;

/** Options of {@link createHumanInput}. */
export interface HumanInputOptions {
  readonly page: InputPage;
  /** `false` for no imitation of people: no way of the pointer, no keys, no pauses. @default people's defaults */
  readonly behavior?: HumanBehaviorOptions | false | undefined;
  /** The same seed, on the same page, does the same things. */
  readonly seed: string;
  readonly clock: Clock;
  /** Ends whatever is being done; its reason is thrown. */
  readonly signal: AbortSignal;
}

/**
 * Input for one page. What it does is planned first, from the seed, and then played.
 *
 * @throws BenthamError CONFIG_INVALID for a behavior out of its range.
 */
export function createHumanInput(options: HumanInputOptions): HumanInput {
  const persona =
    options.behavior === false ? undefined : personaOf(completeHumanBehavior(options.behavior), options.seed);
  return new PlannedInput(options, persona);
}

class PlannedInput implements HumanInput {
  readonly #options: HumanInputOptions;
  readonly #persona: Persona | undefined;
  readonly #player: PlanPlayer;
  readonly #actions: { [name: string]: Json }[] = [];
  #pointer: Point = { x: 0, y: 0 };

  constructor(options: HumanInputOptions, persona: Persona | undefined) {
    this.#options = options;
    this.#persona = persona;
    this.#player = new PlanPlayer(options.page, options.clock, options.signal);
  }

  async click(target: InputTarget): Promise<void> {
    await this.#player.call(target.scrollIntoViewIfNeeded({ timeout: VIEW_PATIENCE }));
    let box = await this.#boxOf(target);
    for (let chases = 0; ; chases++) {
      const plan = this.#planClick(box);
      const isStill = async (): Promise<boolean> => {
        const now = await this.#boxOf(target);
        const isSame = Math.abs(now.x - box.x) <= MOST_MOVED && Math.abs(now.y - box.y) <= MOST_MOVED;
        box = now;
        return isSame || chases === MOST_CHASES;
      };
      const isDone = await this.#play("click", plan, isStill);
      this.#pointer = this.#player.pointer ?? this.#pointer;
      if (isDone) return;
    }
  }

  async type(text: string): Promise<void> {
    const plan = this.#persona ? planTyping(text, this.#persona, this.#seed()) : planPasting(text);
    await this.#play("type", plan);
  }

  async insert(text: string): Promise<void> {
    await this.#play("insert", planPasting(text));
  }

  async clear(): Promise<void> {
    const modifier = process.platform === "darwin" ? "Meta" : "Control";
    const keys = [
      ["keyDown", modifier],
      ["keyDown", "a"],
      ["keyUp", "a"],
      ["keyUp", modifier],
      ["keyDown", "Backspace"],
      ["keyUp", "Backspace"],
    ] as const;
    const steps = keys.map(([kind, key], index) => ({ atMs: index * (this.#persona ? 40 : 0), kind, key }));
    await this.#play("clear", planOf(steps, 0));
  }

  async press(key: string): Promise<void> {
    const hold = this.#persona?.holdMs ?? 0;
    const steps = [
      { atMs: 0, kind: "keyDown", key },
      { atMs: hold, kind: "keyUp", key },
    ] as const;
    await this.#play("press", planOf(steps, hold));
  }

  async pause(kind: "navigation" | "reading"): Promise<void> {
    if (!this.#persona) return;
    const { navigationDelay, readingDelay } = this.#persona.config.timing;
    const [min, max] = kind === "navigation" ? navigationDelay : readingDelay;
    await this.#play(kind, planOf([], uniform(seededRandom(`${this.#seed()}/pause`), min, max)));
  }

  record(): Json {
    return { imitates: this.#persona ? "people" : "nobody", seed: this.#options.seed, actions: [...this.#actions] };
  }

  /** Every action has a stream of chance of its own: one more draw in one of them changes none of the others. */
  #seed(): string {
    return `${this.#options.seed}/${this.#actions.length}`;
  }

  #planClick(box: Box): Plan {
    if (this.#persona) return planClick(this.#pointer, box, this.#persona, this.#seed());
    const [x, y] = [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)];
    return planOf(
      [
        { atMs: 0, kind: "move", x, y },
        { atMs: 0, kind: "buttonDown" },
        { atMs: 0, kind: "buttonUp" },
      ],
      0,
    );
  }

  async #boxOf(target: InputTarget): Promise<Box> {
    const box = await this.#player.call(target.boundingBox({ timeout: VIEW_PATIENCE }));
    if (box && box.width > 0 && box.height > 0) return box;
    throw new BenthamError("UI_OBSTRUCTED", "an element of the page cannot be reached with the pointer");
  }

  /** Plays a plan, and keeps what the evidence says of it: never what was typed. */
  async #play(action: string, plan: Plan, isStill?: () => Promise<boolean>): Promise<boolean> {
    const played = await this.#player.play(plan, isStill);
    this.#actions.push({
      action,
      planHash: planHashOf(plan),
      steps: plan.steps.length,
      durationMs: plan.durationMs,
      slipP95Ms: played.slipP95Ms,
    });
    return played.isWhole;
  }
}
