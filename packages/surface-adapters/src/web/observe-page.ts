/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** What is looked for, as lists of CSS selectors. */
export interface Signs {
  readonly composer: readonly string[];
  readonly answer: readonly string[];
  readonly answerText: readonly string[];
  readonly busy: readonly string[];
  readonly done: readonly string[];
  readonly login: readonly string[];
  readonly locked: readonly string[];
  readonly alerts: readonly string[];
  readonly challenge: readonly string[];
  /** Most characters of an answer that are read. */
  readonly mostText: number;
}

/** What a page shows at one moment. */
export interface Observation {
  readonly title: string;
  readonly url: string;
  /** Answers in the conversation. */
  readonly answers: number;
  /** The last answer's text as it is shown; empty where there is none. */
  readonly text: string;
  readonly isBusy: boolean;
  /** The candidate that says, inside of the last answer, that it is complete. */
  readonly done: string | null;
  readonly composer: string | null;
  readonly login: string | null;
  readonly locked: string | null;
  readonly challenge: string | null;
  /** What alerts say. */
  readonly alerts: string;
}

/**
 * Reads a page at one moment, all of it in one go. It runs in the page: nothing outside of it is there, and so it is whole
 * in itself.
 */
export function observePage(signs: Signs): Observation {
  const shadowRootsIn = (root: ParentNode): ShadowRoot[] =>
    [...root.querySelectorAll("*")].flatMap(({ shadowRoot }) =>
      shadowRoot ? [shadowRoot, ...shadowRootsIn(shadowRoot)] : [],
    );
  let shadowRoots: readonly ShadowRoot[] | undefined; // Looked for once, and only when the light has not what is wanted.
  const find = (root: Document | Element, selector: string): Element[] => {
    const found = [...root.querySelectorAll(selector)];
    if (found.length > 0) return found;
    shadowRoots ??= shadowRootsIn(document);
    const inside = shadowRoots.filter(({ host }) => root.contains(host));
    return inside.flatMap((shadowRoot) => [...shadowRoot.querySelectorAll(selector)]);
  };
  // oxlint-disable-next-line unicorn/consistent-function-scoping -- it runs in the page, where there is no outer scope
  const isVisible = (element: Element): boolean => {
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    const { width, height } = element.getBoundingClientRect();
    return width > 0 && height > 0;
  };
  const first = (root: Document | Element, selectors: readonly string[]): string | null =>
    selectors.find((selector) => find(root, selector).some(isVisible)) ?? null;
  const last = (root: Document | Element, selectors: readonly string[]): Element | undefined =>
    selectors.map((selector) => find(root, selector).at(-1)).find((element) => element !== undefined);

  const answers = signs.answer.map((selector) => find(document, selector)).find((found) => found.length > 0) ?? [];
  const answer = answers.at(-1);
  const body = answer && (last(answer, signs.answerText) ?? (signs.answerText.length === 0 ? answer : undefined));
  const text = body instanceof HTMLElement ? body.innerText : "";
  const alerts = signs.alerts.flatMap((selector) => find(document, selector).filter(isVisible));
  return {
    title: document.title,
    url: location.href,
    answers: answers.length,
    text: text.slice(0, signs.mostText),
    isBusy: first(document, signs.busy) !== null,
    done: answer ? first(answer, signs.done) : null,
    composer: first(document, signs.composer),
    login: first(document, signs.login),
    locked: first(document, signs.locked),
    challenge: first(document, signs.challenge),
    alerts: alerts.map((alert) => (alert instanceof HTMLElement ? alert.innerText : "")).join("\n"),
  };
}
