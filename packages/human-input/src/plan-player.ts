import { BenthamError, type Clock, untilAborted, withinTime } from "@bentham/core";
import { FocusTaker } from "./focus-taker.ts";
import type { InputPage } from "./input-page.ts";
import { KeySender } from "./key-sender.ts";
import type { Plan, TimedEvent } from "./plan.ts";
import type { Point } from "./pointer/point.ts";
import type { KeyboardLayout } from "./typing/keyboard-layout.ts";

/** How long a page may take to take one input, in milliseconds; a page that hangs never does. */
const INPUT_PATIENCE = 10_000;

/** How long a page may take to let go of what is held when an attempt ends, in milliseconds. */
const RELEASE_PATIENCE = 1_000;

/**
 * Most moves of the pointer on their way at once. A page takes one a frame: were each awaited, a way would take two to
 * four times as long; sent without a bound, they would come as one.
 */
const MOST_MOVES = 4;

/** A page is told of 60 moves a second; plans and timers are of whole milliseconds, so one may come a little early. */
const MOVE_GAP = 1000 / 60;
const EARLY = 1;

/** Keys from one look whether they go where they are to go to the next. */
const KEYS_A_LOOK = 8;

/** A place on no element of any page. */
const NOWHERE: Point = { x: -1, y: -1 };

/** What is asked while a plan is played; each says whether to go on. */
export interface PlayingChecks {
  /** Before the first key, every few keys from then on, and when a document has come into the page or a frame. */
  readonly mayType?: () => Promise<boolean>;
  /** Before a button goes down. */
  readonly mayPress?: () => Promise<boolean>;
  /** At each wait: when a burst of the wheel is over. */
  readonly mayGoOn?: () => Promise<boolean>;
}

/** How the events of a plan were sent. */
export interface Slips {
  /** How late each event was, in milliseconds. */
  readonly lateMs: number[];
  /** Moves that came too soon behind another one, and were left out. */
  thinned: number;
  /** How long it took, in milliseconds. */
  tookMs: number;
}

/** Plays plans on a page. What is late puts off the rest: it is never made up for by haste. */
export class PlanPlayer {
  readonly #page: InputPage;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #keys: KeySender;
  readonly #focus: FocusTaker;
  readonly #moves = new Set<Promise<void>>();
  #pointer: Point = { x: 0, y: 0 };
  /** When the next move may come. */
  #nextMoveAt = -Infinity;
  #buttonIsDown = false;
  /** Whether a document has come into the page or a frame since that was looked at last. */
  #hasNavigated = false;

  constructor(page: InputPage, clock: Clock, signal: AbortSignal, layout: KeyboardLayout) {
    this.#page = page;
    this.#clock = clock;
    this.#signal = signal;
    this.#keys = new KeySender(page, layout);
    this.#focus = new FocusTaker(page);
  }

  /** Where the pointer was sent last; in the upper left corner before it was ever moved. */
  get pointer(): Point {
    return this.#pointer;
  }

  /**
   * Plays a plan to its end. When it is broken off, whatever key or button is down goes up.
   *
   * @param slips Takes how late each event was.
   * @returns Whether all of it was played.
   */
  async play(plan: Plan, slips: Slips, checks: PlayingChecks = {}): Promise<boolean> {
    const hearNavigation = (): void => {
      this.#hasNavigated = true;
    };
    if (checks.mayType) this.#page.on?.("framenavigated", hearNavigation);
    const start = this.#clock.monotonic();
    try {
      const isPlayed = await this.#playOn(plan, slips, checks);
      if (!isPlayed) await this.#letGo();
      return isPlayed;
    } catch (error) {
      await this.#letGo();
      throw error;
    } finally {
      slips.tookMs = this.#clock.monotonic() - start;
      this.#page.off?.("framenavigated", hearNavigation);
    }
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

  async #playOn({ events }: Plan, slips: Slips, checks: PlayingChecks): Promise<boolean> {
    let start = this.#clock.monotonic();
    let keys = 0;
    for (const [index, event] of events.entries()) {
      const types = event.kind === "keyDown" || event.kind === "insertText";
      // Asked while the time of the key is still to come.
      if (types && checks.mayType && keys++ % KEYS_A_LOOK === 0 && !(await checks.mayType())) return false;
      await this.#until(start + event.atMs);
      if (types && checks.mayType && this.#hasNavigated) {
        this.#hasNavigated = false;
        if (!(await checks.mayType())) return false;
      }
      if (event.kind === "move" && this.#isTooSoon() && events[index + 1]?.kind === "move") {
        slips.thinned++;
        continue;
      }
      if (event.kind !== "move") await this.#movesDone();
      if (event.kind === "down" && checks.mayPress && !(await checks.mayPress())) return false;
      const slip = Math.max(0, this.#clock.monotonic() - (start + event.atMs));
      start += slip;
      slips.lateMs.push(slip);
      await this.#do(event);
      if (event.kind === "wait" && checks.mayGoOn && !(await checks.mayGoOn())) return false;
    }
    await this.#movesDone();
    return true;
  }

  async #until(moment: number): Promise<void> {
    this.#signal.throwIfAborted();
    const left = moment - this.#clock.monotonic();
    if (left > 0) await this.#clock.sleep(left, this.#signal);
  }

  async #do(event: TimedEvent): Promise<void> {
    const { keyboard, mouse } = this.#page;
    switch (event.kind) {
      case "move":
        return this.#move(event);
      case "keyDown":
        return this.call(() => this.#keys.down(event.key));
      case "keyUp":
        return this.call(() => this.#keys.up(event.key));
      case "insertText":
        return this.call(() => keyboard.insertText(event.text));
      case "down":
        this.#buttonIsDown = true;
        return this.call(() => mouse.down());
      case "up":
        await this.call(() => mouse.up());
        this.#buttonIsDown = false;
        return;
      case "wheel":
        return this.call(() => mouse.wheel(0, event.deltaY));
      case "blur":
        return this.call(() => this.#focus.take());
      case "focus":
        return this.call(() => this.#focus.giveBack());
      case "wait":
        return;
    }
  }

  #isTooSoon(): boolean {
    return this.#clock.monotonic() < this.#nextMoveAt - EARLY;
  }

  async #move({ x, y }: Point): Promise<void> {
    if (this.#moves.size >= MOST_MOVES) await this.call(() => Promise.race(this.#moves));
    this.#pointer = { x, y };
    this.#nextMoveAt = Math.max(this.#nextMoveAt, this.#clock.monotonic()) + MOVE_GAP;
    const moving = this.#page.mouse.move(x, y);
    this.#moves.add(moving);
    const leave = (): boolean => this.#moves.delete(moving);
    // A move that failed stays, so that whoever waits for the moves is told.
    void moving.then(leave, () => undefined);
  }

  async #movesDone(): Promise<void> {
    if (this.#moves.size > 0) await this.call(() => Promise.all(this.#moves));
  }

  /** Lets go of the button off the element that it went down on: there it would be a click, and might send something. */
  async #releaseAside(): Promise<void> {
    this.#buttonIsDown = false;
    this.#pointer = NOWHERE;
    await Promise.allSettled([this.#page.mouse.move(NOWHERE.x, NOWHERE.y)]);
    await this.#page.mouse.up();
  }

  /** Lets go of what is held, however the attempt ended: the page may be asked once more, or kept. */
  async #letGo(): Promise<void> {
    // What became of the moves of this plan is nothing to the next one.
    this.#moves.clear();
    const ups = this.#keys.held.toReversed().map((key) => this.#keys.up(key));
    if (this.#buttonIsDown) ups.push(this.#releaseAside());
    ups.push(this.#focus.giveBack());
    // A page that is gone, or hangs, holds nothing that anybody will see.
    await withinTime(Promise.allSettled(ups), this.#clock, RELEASE_PATIENCE, () => []);
  }
}
