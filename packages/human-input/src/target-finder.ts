import { BenthamError, type Box, type InputTarget } from "@bentham/core";
import type { InputPage } from "./input-page.ts";
import type { PlanPlayer } from "./plan-player.ts";
import { visiblePart } from "./pointer/point.ts";

/** How long an element may take to come into view, in milliseconds. */
export const VIEW_PATIENCE = 5_000;

/** Finds where elements are, as far as the page shows them. */
export class TargetFinder {
  readonly #page: InputPage;
  readonly #player: PlanPlayer;

  constructor(page: InputPage, player: PlanPlayer) {
    this.#page = page;
    this.#player = player;
  }

  /**
   * Where the element is, as far as the viewport shows it.
   *
   * @throws BenthamError UI_OBSTRUCTED where it shows nothing of it.
   */
  async boxOf(target: InputTarget): Promise<Box> {
    const box = await this.reach(() => target.boundingBox({ timeout: VIEW_PATIENCE }));
    const viewport = this.#page.viewportSize?.();
    const seen = box && viewport ? visiblePart(box, viewport) : box;
    if (seen && seen.width > 0 && seen.height > 0) return seen;
    throw new BenthamError("UI_OBSTRUCTED", "an element of the page has no place where it could be clicked");
  }

  /**
   * What a call for an element comes to.
   *
   * @throws BenthamError UI_OBSTRUCTED when the element does not come.
   */
  async reach<Value>(call: () => Promise<Value>): Promise<Value> {
    try {
      return await this.#player.call(call);
    } catch (cause) {
      // Playwright's, for an element that does not come or cannot be seen.
      if (!(cause instanceof Error) || cause.name !== "TimeoutError") throw cause;
      throw new BenthamError("UI_OBSTRUCTED", `an element of the page did not come in ${VIEW_PATIENCE} ms`, { cause });
    }
  }
}
