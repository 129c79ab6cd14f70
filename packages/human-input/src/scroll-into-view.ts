import { BenthamError, type Clock, type InputTarget } from "@bentham/core";
import { nameOf } from "./name-of.ts";
import type { Plan } from "./plan.ts";
import { LONGEST_SCROLL, NOTCH } from "./plan-scroll.ts";
import { VIEW_PATIENCE } from "./target-finder.ts";
import { type TargetView, viewOfTarget } from "./view-of-target.ts";

/** Most plans of scrolling towards one element: each ends when it is in view, or the page has grown or moved. */
const MOST_PLANS = 12;

/** Most plans in a row that bring the element no nearer. */
const MOST_IDLE = 2;

/** What scrolling needs of whoever does it. */
export interface Scrolling {
  /** Asks the page, with its time limit. */
  readonly reach: <Value>(call: () => Promise<Value>) => Promise<Value>;
  /** Whether something lies over all that is in sight of the element. */
  readonly isCovered: () => Promise<boolean>;
  /** The size of what is seen of the page, where it is known. */
  readonly viewport: { readonly width: number; readonly height: number } | null | undefined;
  readonly clock: Pick<Clock, "monotonic">;
  /** Moves the pointer to a place, unless it is there. */
  readonly moveOver: (place: { readonly x: number; readonly y: number }) => Promise<void>;
  /** Plans how the wheel scrolls by so many pixels. */
  readonly planBy: (distance: number) => Plan;
  /** Plays a plan; asks at each wait whether to go on. */
  readonly play: (plan: Plan, mayGoOn: () => Promise<boolean>) => Promise<void>;
}

/** How far from the upper and the lower side of the viewport what lies in a frame must be, in CSS pixels. */
const MARGIN = 30;

/**
 * Turns the wheel over what scrolls until the element is in view. The page is looked at after each burst: what it loads
 * meanwhile may put the element farther off. After five minutes no other burst begins.
 *
 * @returns Whether it is in view; what is out of view to a side is not.
 * @throws BenthamError UI_OBSTRUCTED when the element does not come.
 */
export async function scrollIntoView(target: InputTarget, scrolling: Scrolling): Promise<boolean> {
  let idle = 0;
  const end = scrolling.clock.monotonic() + LONGEST_SCROLL;
  const isInTime = (): boolean => scrolling.clock.monotonic() < end;
  let view = await viewOf(target, scrolling);
  for (let plans = 0; view && !view.inView && plans < MOST_PLANS && idle < MOST_IDLE && isInTime(); plans++) {
    const { away, scrolled, over } = view;
    await scrolling.moveOver(over);
    const mayGoOn = async (): Promise<boolean> => {
      view = await viewOf(target, scrolling);
      // Nobody scrolls on past what they look for.
      return view !== undefined && !view.inView && Math.sign(view.away) === Math.sign(away) && isInTime();
    };
    await scrolling.play(scrolling.planBy(Math.sign(away) * Math.max(NOTCH, Math.abs(away))), mayGoOn);
    view = await viewOf(target, scrolling);
    idle = view?.scrolled === scrolled ? idle + 1 : 0;
  }
  return view !== undefined && view.inView && !view.isAside;
}

/** The view of the element, which is out of view where something lies over it that scrolling may get it away from. */
async function viewOf(target: InputTarget, scrolling: Scrolling): Promise<TargetView | undefined> {
  const view = await placeOf(target, scrolling);
  if (!view?.inView || view.isAside || Math.abs(view.away) < NOTCH || !(await scrolling.isCovered())) return view;
  return { ...view, inView: false };
}

/** The view of the element in pixels of the page's viewport; undefined for one that cannot be looked at. */
async function placeOf(target: InputTarget, { reach, viewport }: Scrolling): Promise<TargetView | undefined> {
  const view = await reach(async () => target.evaluate?.(viewOfTarget, [], { timeout: VIEW_PATIENCE }));
  if (!view) return undefined;
  const box = await reach(() => target.boundingBox({ timeout: VIEW_PATIENCE }));
  if (!box) throw new BenthamError("UI_OBSTRUCTED", `${nameOf(target)} has no place to scroll to`);
  // An element in a frame knows its place in the frame alone.
  const [right, down] = [box.x - view.x, box.y - view.y];
  if (!viewport || Math.hypot(right, down) < 1) return view;
  const isAside = view.isAside || box.x < 0 || box.x + Math.min(box.width, viewport.width * 0.8) > viewport.width;
  const over = { x: view.over.x + right, y: view.over.y + down };
  const wanted = view.inView ? box.y + box.height / 2 : over.y;
  if (wanted >= MARGIN && wanted <= viewport.height - MARGIN) return { ...view, isAside, over };
  // The page around the frame comes first.
  const middle = { x: viewport.width / 2, y: viewport.height / 2 };
  return { ...view, isAside, inView: false, away: wanted - middle.y, scrolled: -down, over: middle };
}
