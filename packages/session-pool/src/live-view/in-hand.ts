import type { BrowserContext } from "playwright-core";

/** Contexts that a person has before them. */
const inHand = new WeakSet<BrowserContext>();

/**
 * Whether a person has a context before them: what its pages open and ask is theirs to see to then, where a job's session
 * refuses it.
 */
export function isInHand(context: BrowserContext): boolean {
  return inHand.has(context);
}

/** Puts a context before a person, until that is disposed of. */
export function takeInHand(context: BrowserContext): Disposable {
  inHand.add(context);
  return { [Symbol.dispose]: () => void inHand.delete(context) };
}
