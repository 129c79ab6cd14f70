/// <reference lib="dom" />

/**
 * What lies over an element at each of some places, in words; null where a press would reach the element: it itself,
 * what is in it, a label of it, or the button or link that it is in. Places are in CSS pixels from the element's upper left
 * corner. Looked at through shadow roots, and through frames of the page's own origin. It runs in the page: nothing
 * outside of it is there.
 */
export function coversOf(
  element: Element,
  places: readonly { readonly x: number; readonly y: number }[],
): (string | null)[] {
  const isField =
    element instanceof HTMLInputElement ||
    element instanceof HTMLTextAreaElement ||
    element instanceof HTMLSelectElement;
  const own: readonly (Element | null)[] = [
    element,
    element.closest("button, a, label, [role=button], [role=link]"),
    ...((isField && element.labels) || []),
  ];
  const { left, top } = element.getBoundingClientRect();

  // oxlint-disable-next-line unicorn/consistent-function-scoping -- nothing outside of the function is there in the page
  const hitIn = (around: Document, x: number, y: number): Element | null => {
    let hit = around.elementFromPoint(x, y);
    while (hit?.shadowRoot) {
      const inner = hit.shadowRoot.elementFromPoint(x, y);
      if (!inner || inner.getRootNode() !== hit.shadowRoot) break;
      hit = inner;
    }
    return hit;
  };
  // oxlint-disable-next-line unicorn/consistent-function-scoping -- as above
  const nameOf = (hit: Element | null): string => {
    if (!hit) return "the edge of the page";
    const id = hit.id === "" ? "" : `#${hit.id}`;
    return `${hit.localName}${id}${Array.from(hit.classList, (name) => `.${name}`).join("")}`.slice(0, 80);
  };
  const isOwn = (hit: Element | null): boolean => {
    for (let node = hit; node;) {
      if (own.includes(node)) return true;
      const root = node.getRootNode();
      node = node.assignedSlot ?? node.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
    }
    return false;
  };
  return places.map((place) => {
    let [x, y] = [left + place.x, top + place.y];
    const hit = hitIn(document, x, y);
    if (!isOwn(hit)) return nameOf(hit);
    // The page around a frame may have something over the frame.
    for (let frame = window.frameElement; frame; frame = frame.ownerDocument.defaultView?.frameElement ?? null) {
      const box = frame.getBoundingClientRect();
      const { paddingLeft, paddingTop } = getComputedStyle(frame);
      x += box.left + frame.clientLeft + Number.parseFloat(paddingLeft);
      y += box.top + frame.clientTop + Number.parseFloat(paddingTop);
      const over = hitIn(frame.ownerDocument, x, y);
      if (over !== frame) return nameOf(over);
    }
    return null;
  });
}
