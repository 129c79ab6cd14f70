import { BenthamError, type Clock, untilAborted, withinTime } from "@bentham/core";
import type { InputPage } from "./input-page.ts";
import type { Plan, Step } from "./plan.ts";
import type { Point } from "./pointer/point.ts";

/** How long a page may take to take one input, in milliseconds; a page that hangs never does. */
const INPUT_PATIENCE = 10_000;

/**
 * Most moves of the pointer on their way at once. A page takes one a frame: were each awaited, a way would take two to
 * four times as long; sent without a bound, they would come as one.
 */
const MOST_MOVES = 4;

/** Plays plans on a page. What is late puts off the rest: it is never made up for by haste. */
export class PlanPlayer {
  readonly #page: InputPage;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #moves = new Set<Promise<void>>();
  #pointer: Point = { x: 0, y: 0 };

  constructor(page: InputPage, clock: Clock, signal: AbortSignal) {
    this.#page = page;
    this.#clock = clock;
    this.#signal = signal;
  }

  /** Where the pointer was sent last; in the upper left corner before it was ever moved. */
  get pointer(): Point {
    return this.#pointer;
  }

  /**
   * Plays a plan to its end.
   *
   * @param slips Takes how late each step was, in milliseconds.
   * @param mayPress Asked before a button goes down; when it says no, the rest is left alone.
   * @returns Whether all of it was played.
   */
  async play({ steps }: Plan, slips: number[], mayPress?: () => Promise<boolean>): Promise<boolean> {
    let start = this.#clock.monotonic();
    for (const step of steps) {
      await this.#until(start + step.atMs);
      if (step.kind !== "move") await this.#movesDone();
      if (step.kind === "down" && mayPress && !(await mayPress())) return false;
      const slip = Math.max(0, this.#clock.monotonic() - (start + step.atMs));
      start += slip;
      slips.push(slip);
      await this.#do(step);
    }
    await this.#movesDone();
    return true;
  }

  /**
   * What a call of the page comes to.
   *
   * @throws BenthamError TIMEOUT when that takes too long; the signal's reason when it aborts first.
   */
  async call<Value>(calling: () => Promise<Value>): Promise<Value> {
    this.#signal.throwIfAborted();
    const inTime = withinTime(calling(), this.#clock, INPUT_PATIENCE, () => {
      throw new BenthamError("TIMEOUT", `the page has taken no input for ${INPUT_PATIENCE} ms`);
    });
    return await untilAborted(inTime, this.#signal);
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
        return this.call(() => keyboard.down(step.key));
      case "keyUp":
        return this.call(() => keyboard.up(step.key));
      case "insertText":
        return this.call(() => keyboard.insertText(step.text));
      case "down":
        return this.call(() => mouse.down());
      case "up":
        return this.call(() => mouse.up());
      case "wheel":
        return this.call(() => mouse.wheel(0, step.deltaY));
      case "wait":
        return;
    }
  }

  async #move({ x, y }: Point): Promise<void> {
    if (this.#moves.size >= MOST_MOVES) await this.call(() => Promise.race(this.#moves));
    this.#pointer = { x, y };
    const moving = this.#page.mouse.move(x, y);
    this.#moves.add(moving);
    const leave = (): boolean => this.#moves.delete(moving);
    // A move that failed stays, so that whoever waits for the moves is told.
    void moving.then(leave, () => undefined);
  }

  async #movesDone(): Promise<void> {
    if (this.#moves.size > 0) await this.call(() => Promise.all(this.#moves));
  }
}
