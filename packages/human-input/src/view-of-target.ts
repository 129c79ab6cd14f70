/// <reference lib="dom" />

/** Where an element is for whoever looks at the page, in CSS pixels of its frame's viewport. */
export interface TargetView {
  /** Whether all of its height, or as much of it as there is room for, is in view. */
  readonly inView: boolean;
  /** Whether it is out of view to a side, or cut off there: wheels turn up and down. */
  readonly isAside: boolean;
  /** How far down what scrolls must scroll to have it in the middle; negative for up. */
  readonly away: number;
  /** How far it has scrolled. */
  readonly scrolled: number;
  /** A place over what scrolls. */
  readonly over: { readonly x: number; readonly y: number };
  /** Where the element's left upper corner is, for its frame. */
  readonly x: number;
  readonly y: number;
}

/**
 * Finds the nearest thing around the element that scrolls, through shadow roots and slots, and looks whether everything
 * around the element lets it be seen. It runs in the page: nothing outside of it is there.
 */
export function viewOfTarget(element: HTMLElement): TargetView {
  const root = document.scrollingElement ?? document.documentElement;
  // oxlint-disable-next-line unicorn/consistent-function-scoping -- nothing outside of the function is there in the page
  const parentOf = (node: Element): Element | null => {
    if (node.assignedSlot) return node.assignedSlot;
    const around = node.getRootNode();
    return node.parentElement ?? (around instanceof ShadowRoot ? around.host : null);
  };
  const { left: x, top: y, width, height } = element.getBoundingClientRect();
  // Of what is taller than there is room for, the upper part will do.
  const end = y + Math.min(height, innerHeight * 0.8);
  const middle = (y + end) / 2;
  let inView = y >= 0 && end <= innerHeight;
  const side = x + Math.min(width, innerWidth * 0.8);
  let isAside = x < 0 || side > innerWidth;
  let scroller: Element | undefined;
  for (let node = parentOf(element); node && node !== root && node !== document.body; node = parentOf(node)) {
    const { overflowY } = getComputedStyle(node);
    // Neither is visible where the other is not.
    if (overflowY === "visible") continue;
    const { top, bottom, left, right } = node.getBoundingClientRect();
    if (x < left - 1 || Math.min(side, x + (right - left) * 0.8) > right + 1) isAside = true;
    if (y < top || Math.min(end, y + (bottom - top) * 0.8) > bottom) inView = false;
    if (/auto|scroll/.test(overflowY) && node.scrollHeight > node.clientHeight + 1) scroller ??= node;
  }
  const inside = scroller?.getBoundingClientRect();
  const isHidden = inside && (y < inside.top || middle > inside.bottom);
  // What scrolls itself comes first, unless it is out of sight as a whole.
  const scrollsInside = isHidden && inside.bottom > 0 && inside.top < innerHeight;
  const within = scrollsInside ? inside : { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  const [top, bottom] = [Math.max(0, within.top), Math.min(innerHeight, within.bottom)];
  const [left, right] = [Math.max(0, within.left), Math.min(innerWidth, within.right)];
  const over = { x: (left + right) / 2, y: (top + bottom) / 2 };
  const scrolled = scrollsInside && scroller ? scroller.scrollTop : root.scrollTop;
  return { inView, isAside, away: middle - over.y, scrolled, over, x, y };
}
