/** Where an element is for whoever looks at the page, in CSS pixels of its frame's viewport. */
export interface TargetView {
  /** Whether its middle, or as much of it as there is room for, is in view. */
  readonly inView: boolean;
  /** How far down the page must scroll to have it in the middle of what scrolls; negative for up. */
  readonly away: number;
  /** How far what scrolls has scrolled. */
  readonly scrolled: number;
  /** A place over what scrolls. */
  readonly over: { readonly x: number; readonly y: number };
  /** Where its frame believes it is. */
  readonly x: number;
  readonly y: number;
}

/**
 * The source of a function that runs in the page. It finds the nearest thing around the element that scrolls down, and
 * looks whether everything around it lets it be seen.
 */
export const VIEW_OF_TARGET = `(element) => {
  const parentOf = (node) => node.assignedSlot ?? node.parentElement ?? node.getRootNode().host ?? null;
  const root = document.scrollingElement ?? document.documentElement;
  const scrolls = (node) =>
    node !== root && node.scrollHeight > node.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(node).overflowY);
  const box = element.getBoundingClientRect();
  const y = box.top + Math.min(box.height, innerHeight * 0.8) / 2;
  const windowBox = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  let scroller = null;
  let inView = y >= 0 && y <= innerHeight;
  for (let node = parentOf(element); node && node !== root && node !== document.body; node = parentOf(node)) {
    const clips = getComputedStyle(node).overflowY !== "visible";
    if (!clips) continue;
    const around = node.getBoundingClientRect();
    if (y < around.top || y > around.bottom) inView = false;
    if (!scroller && scrolls(node)) scroller = node;
  }
  const inside = scroller && scroller.getBoundingClientRect();
  const insideSeen = scroller && inside.bottom > 0 && inside.top < innerHeight;
  const outOfScroller = scroller && (y < inside.top || y > inside.bottom);
  // What scrolls itself comes first, unless it is out of sight as a whole.
  const within = scroller && insideSeen && outOfScroller ? inside : windowBox;
  const scrolled = within === windowBox ? root.scrollTop : scroller.scrollTop;
  const top = Math.max(0, within.top);
  const bottom = Math.min(innerHeight, within.bottom);
  const over = { x: (Math.max(0, within.left) + Math.min(innerWidth, within.right)) / 2, y: (top + bottom) / 2 };
  return { inView, away: y - (top + bottom) / 2, scrolled, over, x: box.left, y: box.top };
}`;

/** Reads what {@link VIEW_OF_TARGET} gave; undefined for anything else. */
export function targetViewOf(value: unknown): TargetView | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- looked at, member by member, in the next line
  const view = value as TargetView;
  const numbers = [view.away, view.scrolled, view.over?.x, view.over?.y, view.x, view.y];
  return typeof view.inView === "boolean" && numbers.every(Number.isFinite) ? view : undefined;
}
