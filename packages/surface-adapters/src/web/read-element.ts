/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

// These run in the page: nothing outside of them is there.

/** The text of a field, or of an element that is edited. */
export function textIn(element: Element): { readonly text: string; readonly isField: boolean } {
  if (element instanceof HTMLTextAreaElement || element instanceof HTMLInputElement) {
    return { text: element.value, isField: true };
  }
  return { text: element instanceof HTMLElement ? element.innerText : "", isField: false };
}

/** Links to other places in an element, each once, in their order. */
export function linksIn(element: Element, selectors: readonly string[]): { url: string; title?: string }[] {
  const links = new Map<string, { url: string; title?: string }>();
  for (const selector of selectors) {
    for (const link of element.querySelectorAll(selector)) {
      if (!(link instanceof HTMLAnchorElement) || link.origin === location.origin) continue;
      const title = link.innerText.trim();
      if (!links.has(link.href)) links.set(link.href, title === "" ? { url: link.href } : { url: link.href, title });
    }
  }
  return [...links.values()];
}
