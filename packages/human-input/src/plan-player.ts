import { BenthamError, type Clock, untilAborted, withinTime } from "@bentham/core";
import type { InputPage } from "./input-page.ts";
import type { Plan, Step } from "./plan.ts";
import type { Point } from "./plan-click.ts";

/** How long a page may take to take one input, in milliseconds; a page that hangs never does. */
const INPUT_PATIENCE = 10_000;

/** Most moves of the pointer on their way at once: each takes a frame, and awaiting every one would fall behind. */
const MOST_MOVES = 4;

/** How a plan was played. */
export interface Played {
  /** Whether all of it was: a click is left alone when its element has gone elsewhere. */
  readonly isWhole: boolean;
  /** How late steps were, in milliseconds: 95 of 100 were no later. */
  readonly slipP95Ms: number;
}

/** Plays plans on a page. What is late puts off the rest: it is never made up for by haste. */
export class PlanPlayer {
  readonly #page: InputPage;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #moves = new Set<Promise<void>>();
  #pointer: Point | undefined;

  constructor(page: InputPage, clock: Clock, signal: AbortSignal) {
    this.#page = page;
    this.#clock = clock;
    this.#signal = signal;
  }

  /** Where the pointer is, once it has been moved. */
  get pointer(): Point | undefined {
    return this.#pointer;
  }

  /**
   * Plays a plan to its end.
   *
   * @param isStill Asked before a button goes down; when it says no, the rest is left alone.
   */
  async play({ steps, durationMs }: Plan, isStill?: () => Promise<boolean>): Promise<Played> {
    let start = this.#clock.monotonic();
    const slips: number[] = [];
    for (const step of steps) {
      await this.#until(start + step.atMs);
      if (step.kind !== "move") await this.call(Promise.all(this.#moves));
      if (step.kind === "buttonDown" && isStill && !(await isStill())) return { isWhole: false, slipP95Ms: p95(slips) };
      const slip = Math.max(0, this.#clock.monotonic() - (start + step.atMs));
      start += slip;
      slips.push(slip);
      await this.#do(step);
    }
    await this.#until(start + durationMs);
    return { isWhole: true, slipP95Ms: p95(slips) };
  }

  /** What a call of the page comes to; rejects when that takes too long, or the attempt is over first. */
  call<Value>(calling: Promise<Value>): Promise<Value> {
    const inTime = withinTime(calling, this.#clock, INPUT_PATIENCE, () => {
      throw new BenthamError("TIMEOUT", `the page has taken no input for ${INPUT_PATIENCE} ms`);
    });
    return untilAborted(inTime, this.#signal);
  }

  async #until(moment: number): Promise<void> {
    this.#signal.throwIfAborted();
    const left = moment - this.#clock.monotonic();
    if (left > 0) await this.#clock.sleep(left, this.#signal);
  }

  async #do(step: Step): Promise<void> {
    const { keyboard, mouse } = this.#page;
    switch (step.kind) {
      case "move":
        return this.#move(step);
      case "keyDown":
        return this.call(keyboard.down(step.key));
      case "keyUp":
        return this.call(keyboard.up(step.key));
      case "insertText":
        return this.call(keyboard.insertText(step.text));
      case "buttonDown":
        return this.call(mouse.down());
      case "buttonUp":
        return this.call(mouse.up());
    }
  }

  async #move({ x, y }: Point): Promise<void> {
    this.#pointer = { x, y };
    const moving = this.#page.mouse.move(x, y).finally(() => this.#moves.delete(moving));
    this.#moves.add(moving);
    void Promise.allSettled([moving]); // Whoever waits for the moves is told what they failed of.
    if (this.#moves.size >= MOST_MOVES) await this.call(Promise.race(this.#moves));
  }
}

function p95(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))] ?? 0);
}
