/// <reference lib="dom" />

/** Where an element is shown, in CSS pixels of the viewport, and how wide that is. */
export interface ShownBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly viewportWidth: number;
}

/**
 * Where an element is shown; nothing when a part of it is not, be it out of the viewport or of a box that scrolls. It runs in
 * the page: nothing outside of it is there.
 */
export function shownBoxOf(element: Element): Promise<ShownBox | null> {
  if (element.ownerDocument.defaultView !== top) return Promise.resolve(null);
  return new Promise((resolve) => {
    const observer = new IntersectionObserver((entries) => {
      observer.disconnect();
      const { boundingClientRect: box, intersectionRatio } = entries[0] ?? {};
      const isWhole = box !== undefined && box.width > 0 && box.height > 0 && (intersectionRatio ?? 0) >= 1;
      resolve(isWhole ? { x: box.x, y: box.y, width: box.width, height: box.height, viewportWidth: innerWidth } : null);
    });
    observer.observe(element);
  });
}
