import { BenthamError, type Box, type InputTarget } from "@bentham/core";
import type { InputPage } from "./input-page.ts";
import { nameOf } from "./name-of.ts";
import type { PlanPlayer } from "./plan-player.ts";
import { coversOf } from "./covers-of.ts";
import { innerPart, isInside, type Point, visiblePart } from "./pointer/point.ts";

/** How long an element may take to come into view, or to be looked at, in milliseconds. */
export const VIEW_PATIENCE = 5_000;

/** An element is looked at in so many rows and columns for a place where nothing covers it. */
const GRID = 5;

/** Where an element is to be pressed. */
export interface Aim {
  /** The part of the element to go to. */
  readonly box: Box;
  /** Whether the pointer is over the part of the element that may be pressed, covered or not. */
  readonly isOver: boolean;
  /** Whether a press where the pointer is now reaches the element. */
  readonly isThere: boolean;
  /** What covers all of the element that is in sight; absent where something of it is free. */
  readonly cover?: string;
}

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
    return (await this.#look(target)).seen;
  }

  /**
   * Where to press the element: where it is in sight and nothing covers it. Of a target that cannot be looked at in its page,
   * nothing is known to cover it.
   *
   * @param part `middle` keeps a third off each side, where an element may have something of its own to pull or to press.
   * @throws BenthamError UI_OBSTRUCTED where the viewport shows nothing of it.
   */
  async aimAt(target: InputTarget, pointer: Point, part: "whole" | "middle" = "whole"): Promise<Aim> {
    const { box, seen: whole } = await this.#look(target);
    const seen = part === "whole" ? whole : middlePart(whole);
    const isOver = isInside(pointer, innerPart(seen));
    const cells = cellsOf(innerPart(seen));
    const places = [pointer, ...cells.map(middleOf)].map(({ x, y }) => ({ x: x - box.x, y: y - box.y }));
    const covers = await this.reach(target, async () =>
      target.evaluate?.(coversOf, places, { timeout: VIEW_PATIENCE }),
    );
    if (!covers) return { box: seen, isOver, isThere: isOver };
    const [atPointer, ...atCells] = covers;
    if (isOver && atPointer === null) return { box: seen, isOver, isThere: true };
    const free = cells.find((_, index) => atCells[index] === null);
    if (!free) return { box: seen, isOver, isThere: false, cover: atCells[0] ?? "something" };
    // What is free in its middle is aimed at as a whole, until that turns out to miss.
    return { box: free === cells[0] && !isOver ? seen : free, isOver, isThere: false };
  }

  async #look(target: InputTarget): Promise<{ readonly box: Box; readonly seen: Box }> {
    const box = await this.reach(target, () => target.boundingBox({ timeout: VIEW_PATIENCE }));
    const viewport = this.#page.viewportSize?.();
    const seen = box && viewport ? visiblePart(box, viewport) : box;
    if (box && seen && seen.width > 0 && seen.height > 0) return { box, seen };
    throw new BenthamError("UI_OBSTRUCTED", `${nameOf(target)} has no place where it could be clicked`);
  }

  /**
   * What a call for an element comes to.
   *
   * @throws BenthamError UI_OBSTRUCTED when the element does not come.
   */
  async reach<Value>(target: InputTarget, call: () => Promise<Value>): Promise<Value> {
    try {
      return await this.#player.call(call);
    } catch (cause) {
      // Playwright's, for an element that does not come or cannot be seen.
      if (!(cause instanceof Error) || cause.name !== "TimeoutError") throw cause;
      throw new BenthamError("UI_OBSTRUCTED", `${nameOf(target)} did not come in ${VIEW_PATIENCE} ms`, { cause });
    }
  }
}

/** The cells of a grid over a box, those nearest to its middle first. */
function cellsOf({ x, y, width, height }: Box): Box[] {
  const cell = { width: width / GRID, height: height / GRID };
  const away = (place: number): number => Math.abs(place - (GRID - 1) / 2);
  return Array.from({ length: GRID * GRID }, (_, index) => ({ row: Math.floor(index / GRID), column: index % GRID }))
    .toSorted((one, other) => away(one.row) + away(one.column) - away(other.row) - away(other.column))
    .map(({ row, column }) => ({ x: x + column * cell.width, y: y + row * cell.height, ...cell }));
}

function middlePart({ x, y, width, height }: Box): Box {
  return { x: x + width / 3, y: y + height / 3, width: width / 3, height: height / 3 };
}

function middleOf({ x, y, width, height }: Box): Point {
  return { x: x + width / 2, y: y + height / 2 };
}
