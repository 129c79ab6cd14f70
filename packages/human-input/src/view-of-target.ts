/// <reference lib="dom" />

/** Where an element is for whoever looks at the page, in CSS pixels of its frame's viewport. */
export interface TargetView {
  /** Whether its middle, or that of as much of it as there is room for, is in view. */
  readonly inView: boolean;
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
  const { left: x, top: y, height } = element.getBoundingClientRect();
  const middle = y + Math.min(height, innerHeight * 0.8) / 2;
  let inView = middle >= 0 && middle <= innerHeight;
  let scroller: Element | undefined;
  for (let node = parentOf(element); node && node !== root && node !== document.body; node = parentOf(node)) {
    const { overflowY } = getComputedStyle(node);
    if (overflowY === "visible") continue;
    const { top, bottom } = node.getBoundingClientRect();
    if (middle < top || middle > bottom) inView = false;
    if (/auto|scroll/.test(overflowY) && node.scrollHeight > node.clientHeight + 1) scroller ??= node;
  }
  const inside = scroller?.getBoundingClientRect();
  const isHidden = inside && (middle < inside.top || middle > inside.bottom);
  // What scrolls itself comes first, unless it is out of sight as a whole.
  const scrollsInside = isHidden && inside.bottom > 0 && inside.top < innerHeight;
  const within = scrollsInside ? inside : { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  const [top, bottom] = [Math.max(0, within.top), Math.min(innerHeight, within.bottom)];
  const [left, right] = [Math.max(0, within.left), Math.min(innerWidth, within.right)];
  const over = { x: (left + right) / 2, y: (top + bottom) / 2 };
  const scrolled = scrollsInside && scroller ? scroller.scrollTop : root.scrollTop;
  return { inView, away: middle - over.y, scrolled, over, x, y };
}
