import { BenthamError, type InputTarget } from "@bentham/core";
import type { Plan } from "./plan.ts";
import { NOTCH } from "./plan-scroll.ts";
import { type TargetView, viewOfTarget } from "./view-of-target.ts";

/** Most plans of scrolling towards one element: each ends when it is in view, or the page has grown or moved. */
const MOST_PLANS = 12;

/** Most plans in a row that bring the element no nearer. */
const MOST_IDLE = 2;

/** What scrolling needs of whoever does it. */
export interface Scrolling {
  /** Asks the page, with its time limit. */
  readonly reach: <Value>(call: () => Promise<Value>) => Promise<Value>;
  /** Moves the pointer to a place, unless it is there. */
  readonly moveOver: (place: { readonly x: number; readonly y: number }) => Promise<void>;
  /** Plans how the wheel scrolls by so many pixels. */
  readonly planBy: (distance: number) => Plan;
  /** Plays a plan; asks at each wait whether to go on. */
  readonly play: (plan: Plan, mayGoOn: () => Promise<boolean>) => Promise<void>;
}

/** How long an element may take to be looked at, in milliseconds. */
const VIEW_PATIENCE = 5_000;

/**
 * Turns the wheel over what scrolls until the element is in view. The page is looked at after each burst: what it loads
 * meanwhile may put the element farther off.
 *
 * @returns Whether it is in view.
 * @throws BenthamError UI_OBSTRUCTED when the element does not come.
 */
export async function scrollIntoView(target: InputTarget, scrolling: Scrolling): Promise<boolean> {
  let idle = 0;
  let view = await viewOf(target, scrolling);
  for (let plans = 0; view && !view.inView && plans < MOST_PLANS && idle < MOST_IDLE; plans++) {
    const { away, scrolled, over } = await placed(target, view, scrolling);
    await scrolling.moveOver(over);
    const mayGoOn = async (): Promise<boolean> => {
      view = await viewOf(target, scrolling);
      // Nobody scrolls on past what they look for.
      return view !== undefined && !view.inView && Math.sign(view.away) === Math.sign(away);
    };
    await scrolling.play(scrolling.planBy(Math.sign(away) * Math.max(NOTCH, Math.abs(away))), mayGoOn);
    view = await viewOf(target, scrolling);
    idle = view?.scrolled === scrolled ? idle + 1 : 0;
  }
  return view?.inView ?? false;
}

async function viewOf(target: InputTarget, { reach }: Scrolling): Promise<TargetView | undefined> {
  return reach(async () => target.evaluate?.(viewOfTarget, undefined, { timeout: VIEW_PATIENCE }));
}

/** The view in pixels of the page's viewport: an element in a frame knows its place in the frame. */
async function placed(target: InputTarget, view: TargetView, { reach }: Scrolling): Promise<TargetView> {
  const box = await reach(() => target.boundingBox({ timeout: VIEW_PATIENCE }));
  if (!box) throw new BenthamError("UI_OBSTRUCTED", "an element of the page has no place to scroll to");
  return { ...view, over: { x: view.over.x + box.x - view.x, y: view.over.y + box.y - view.y } };
}
