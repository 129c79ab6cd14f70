import {
  BenthamError,
  type Clock,
  type HumanBehaviorOptions,
  type HumanInput,
  type InputTarget,
  type Json,
  type TypeOptions,
  type WriteOptions,
} from "@bentham/core";
import { atPace, BRISK } from "./at-pace.ts";
import { completeHumanBehavior, type WholeHumanBehavior } from "./complete-human-behavior.ts";
import type { InputPage } from "./input-page.ts";
import { ActionLog } from "./action-log.ts";
import { jumpToMiddle } from "./jump-to-middle.ts";
import { nameOf } from "./name-of.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import { type Persona, personaOf } from "./persona.ts";
import type { Plan } from "./plan.ts";
import { planClear, planPress } from "./plan-keys.ts";
import { planNavigation, planReaction, planReading } from "./plan-pause.ts";
import { PlanPlayer, type PlayingChecks } from "./plan-player.ts";
import { planScroll } from "./plan-scroll.ts";
import { planClick, planJumpClick } from "./pointer/plan-click.ts";
import { planPointer, planJump } from "./pointer/plan-pointer.ts";
import type { Point } from "./pointer/point.ts";
import { scrollIntoView } from "./scroll-into-view.ts";
import { type Aim, TargetFinder, VIEW_PATIENCE } from "./target-finder.ts";
import { checkKey } from "./typing/check-key.ts";
import { layoutOf } from "./typing/keyboard-layout.ts";
import { writeText } from "./write-text.ts";
import { planPasting } from "./typing/plan-pasting.ts";
import { checkedLongestTyped, planTyping } from "./typing/plan-typing.ts";

/** Most times that an element is followed which moves on. */
const MOST_CHASES = 5;

/** Half the side of what the pointer is moved over when it is to be somewhere rather than on something, in pixels. */
const SOMEWHERE = 20;

/** How long what covers an element, or has the focus instead of it, is waited for before the next look, in milliseconds. */
const LOOK_AGAIN = 200;

/** Options of {@link createHumanInput}. */
export interface HumanInputOptions {
  readonly page: InputPage;
  /**
   * `false`, or a speed of `off`, for no imitation of people: the pointer jumps, texts are inserted, nothing pauses.
   * @default people as in DEFAULT_HUMAN_BEHAVIOR
   */
  readonly behavior?: HumanBehaviorOptions | false | undefined;
  /** The same seed plans the same things, for the same texts and the same boxes. It stands in the record. */
  readonly seed: string;
  /** The same seed draws the same person: one for a session, whatever its jobs are. @default the seed */
  readonly personaSeed?: string | undefined;
  readonly clock: Clock;
  /** Ends whatever is being done; its reason is thrown. */
  readonly signal: AbortSignal;
  /**
   * Longest text that is typed, in UTF-16 code units; a longer one is pasted. 0 pastes every text, Infinity types every
   * one.
   * @default 2000
   */
  readonly longestTyped?: number | undefined;
  /** Is told of each plan that was played, to its end or not. @default nobody is */
  readonly onPlayed?: ((played: PlayedAction) => void) | undefined;
}

/** One plan as it was played. */
export interface PlayedAction {
  readonly action: string;
  /** How long it was to take, and how long it took, in milliseconds. */
  readonly plannedMs: number;
  readonly tookMs: number;
  /** How late each of its events was sent, in milliseconds. */
  readonly lateMs: readonly number[];
}

/**
 * Input for one page. What it does is planned first, from the seed, and then played. Its methods are called one at a
 * time: a second one at once throws BenthamError INTERNAL.
 *
 * @throws BenthamError CONFIG_INVALID for a behavior, or a longest text, out of its range.
 */
export function createHumanInput(options: HumanInputOptions): HumanInput {
  const { behavior = {}, personaSeed = options.seed } = options;
  const longestTyped = checkedLongestTyped(options.longestTyped);
  const whole = completeHumanBehavior(behavior === false ? { speed: "off" } : behavior);
  const persona = whole.speed === "off" ? undefined : personaOf(whole, personaSeed);
  return oneAtATime(new PlannedInput({ ...options, longestTyped, personaSeed, behavior: whole }, persona));
}

/** The options with nothing left to a default. */
interface WholeOptions extends HumanInputOptions {
  readonly behavior: WholeHumanBehavior;
  readonly personaSeed: string;
  readonly longestTyped: number;
}

class PlannedInput implements HumanInput {
  readonly #options: WholeOptions;
  readonly #behavior: WholeHumanBehavior;
  /** Absent when nobody is imitated. */
  readonly #persona: Persona | undefined;
  readonly #player: PlanPlayer;
  readonly #finder: TargetFinder;
  readonly #log: ActionLog;

  constructor(options: WholeOptions, persona: Persona | undefined) {
    this.#options = options;
    this.#persona = persona;
    this.#behavior = options.behavior;
    const { page, clock, signal, seed, personaSeed } = options;
    this.#player = new PlanPlayer(page, clock, signal, layoutOf(this.#behavior.layout));
    this.#finder = new TargetFinder(page, this.#player);
    this.#log = new ActionLog(persona === undefined ? "nobody" : "people", seed, personaSeed);
  }

  async click(target: InputTarget): Promise<void> {
    await this.#click(target, "whole");
  }

  async hover(target: InputTarget): Promise<void> {
    await this.#bringIntoView(target);
    for (let chases = 0; chases <= MOST_CHASES; chases++) {
      const aim = await this.#finder.aimAt(target, this.#player.pointer);
      // What comes up over it once the pointer is there is what it was hovered for.
      if (chases > 0 && aim.isOver) return;
      if (aim.cover !== undefined) throw obstructed(target, aim);
      const plan = this.#persona
        ? planPointer(this.#player.pointer, aim.box, this.#persona, this.#seed(), { viewport: this.#viewport })
        : planJump(aim.box);
      await this.#play("hover", plan);
    }
    throw new BenthamError("UI_OBSTRUCTED", `${nameOf(target)} does not stand still under the pointer`);
  }

  async scrollTo(target: InputTarget): Promise<void> {
    await this.#bringIntoView(target);
    await this.#finder.boxOf(target);
  }

  async type(text: string, options: TypeOptions = {}): Promise<void> {
    await this.#type(text, options.mistakes);
  }

  async write(target: InputTarget, text: string, options: WriteOptions = {}): Promise<"typed" | "mended"> {
    return await writeText(target, text, options, {
      reach: (call) => this.#finder.reach(target, call),
      click: async (part) => {
        await this.#click(target, part);
        if (this.#persona) await this.#play("pause:reaction", planReaction(this.#seed()));
      },
      wait: () => this.#wait(),
      type: (mayType, mistakes) => this.#type(text, mistakes, { mayType }),
      clear: (mayType) => this.#clear({ mayType }),
      insert: (mayType) => this.#insert(text, { mayType }),
    });
  }

  async insert(text: string): Promise<void> {
    await this.#insert(text);
  }

  async clear(): Promise<void> {
    await this.#clear();
  }

  async press(key: string): Promise<void> {
    checkKey(key, layoutOf(this.#behavior.layout));
    await this.#play("press", planPress(key, this.#persona, this.#seed()));
  }

  async pause(kind: "navigation" | "reading", text?: string): Promise<void> {
    this.#options.signal.throwIfAborted();
    if (!this.#persona) return;
    const plan =
      kind === "navigation"
        ? planNavigation(this.#persona, this.#seed())
        : planReading(text, this.#persona, this.#seed(), this.#behavior);
    await this.#play(`pause:${kind}`, plan);
  }

  record(): Json {
    return this.#log.record();
  }

  async #click(target: InputTarget, part: "whole" | "middle"): Promise<void> {
    await this.#bringIntoView(target);
    let aim = await this.#finder.aimAt(target, this.#player.pointer, part);
    // Elements move while the pointer is on its way: from where it is then, it goes on to where the element is.
    const mayPress = async (): Promise<boolean> => {
      aim = await this.#finder.aimAt(target, this.#player.pointer, part);
      return aim.isThere;
    };
    for (let chases = 0; chases <= MOST_CHASES; chases++) {
      const plan = this.#persona
        ? planClick(this.#player.pointer, aim.box, this.#persona, this.#seed(), { viewport: this.#viewport })
        : planJumpClick(aim.box);
      if (await this.#play("click", plan, { mayPress })) return;
      // What fades away is waited for.
      if (aim.cover !== undefined) await this.#wait();
    }
    if (aim.cover !== undefined) throw obstructed(target, aim);
    throw new BenthamError("UI_OBSTRUCTED", `${nameOf(target)} does not stand still to be clicked`);
  }

  get #viewport(): { readonly width: number; readonly height: number } | null | undefined {
    return this.#options.page.viewportSize?.();
  }

  /** Every action has streams of chance of its own: one more draw in one of them changes none of the others. */
  #seed(): string {
    return `${this.#options.seed}/${this.#log.length}`;
  }

  /** Waits for the page, whatever the speed. */
  async #wait(): Promise<void> {
    await this.#options.clock.sleep(LOOK_AGAIN, this.#options.signal);
  }

  #type(text: string, mistakes: boolean | undefined, checks?: PlayingChecks): Promise<boolean> {
    const { longestTyped } = this.#options;
    const { layout } = this.#behavior;
    const plan = this.#persona
      ? planTyping(text, this.#persona, this.#seed(), { longestTyped, layout, mistakes })
      : planPasting(text, 0);
    return this.#play("type", plan, checks);
  }

  #insert(text: string, checks?: PlayingChecks): Promise<boolean> {
    return this.#play("insert", planPasting(text, this.#persona ? undefined : 0), checks);
  }

  #clear(checks?: PlayingChecks): Promise<boolean> {
    return this.#play("clear", planClear(this.#persona, this.#seed()), checks);
  }

  /** Scrolls as people do; what the wheel does not bring into view comes by a jump. */
  async #bringIntoView(target: InputTarget): Promise<void> {
    const persona = this.#persona;
    const isCovered = async (): Promise<boolean> =>
      (await this.#finder.aimAt(target, this.#player.pointer)).cover !== undefined;
    if (persona) {
      const isInView = await scrollIntoView(target, {
        reach: (call) => this.#finder.reach(target, call),
        isCovered,
        clock: this.#options.clock,
        viewport: this.#viewport,
        moveOver: (place) => this.#moveOver(place, persona),
        planBy: (distance) => planScroll(distance, this.#seed()),
        play: async (plan, mayGoOn) => {
          await this.#play("scroll", plan, { mayGoOn });
        },
      });
      if (isInView) return;
    }
    await this.#finder.reach(target, () => target.scrollIntoViewIfNeeded({ timeout: VIEW_PATIENCE }));
    if (!target.evaluate || !(await isCovered())) return;
    await this.#finder.reach(target, async () => target.evaluate?.(jumpToMiddle, [], { timeout: VIEW_PATIENCE }));
  }

  async #moveOver({ x, y }: Point, persona: Persona): Promise<void> {
    const { pointer } = this.#player;
    if (Math.hypot(pointer.x - x, pointer.y - y) <= SOMEWHERE * 2) return;
    const around = { x: x - SOMEWHERE, y: y - SOMEWHERE, width: SOMEWHERE * 2, height: SOMEWHERE * 2 };
    await this.#play("move", planPointer(pointer, around, persona, this.#seed(), { viewport: this.#viewport }));
  }

  async #play(action: string, planned: Plan, checks?: PlayingChecks): Promise<boolean> {
    const plan = atPace(planned, this.#behavior.speed === "brisk" ? BRISK : 1);
    const slips = this.#log.begin(action, plan);
    try {
      return await this.#player.play(plan, slips, checks);
    } finally {
      const { tookMs, lateMs } = slips;
      this.#options.onPlayed?.({ action, plannedMs: plan.durationMs, tookMs, lateMs });
    }
  }
}

function obstructed(target: InputTarget, { cover = "something" }: Aim): BenthamError {
  const name = nameOf(target);
  return new BenthamError("UI_OBSTRUCTED", `${name} is covered by ${cover}, which has to be closed first`);
}
