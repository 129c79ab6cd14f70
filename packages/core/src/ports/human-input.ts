import type { Json } from "../canonical-json.ts";

/** A rectangle, in CSS pixels from the upper left corner of the viewport. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** An element of a page that input goes to. A Playwright `Locator` is one. */
export interface InputTarget {
  boundingBox(options?: { readonly timeout?: number }): Promise<Box | null>;
  scrollIntoViewIfNeeded(options?: { readonly timeout?: number }): Promise<void>;
}

/**
 * Hands and eyes for one page: what an adapter does there goes through it, timed and shaped as the job's `human` says.
 * Every method ends at once, with the signal's reason, when the attempt does.
 */
export interface HumanInput {
  /**
   * Moves the pointer to the element and clicks it.
   *
   * @throws BenthamError UI_OBSTRUCTED when the element has no place on the page.
   */
  click(target: InputTarget): Promise<void>;
  /**
   * Types into what has the focus; a line break is Shift+Enter. The text stands there in the end exactly, unless the page
   * changed it: whoever typed reads it back.
   */
  type(text: string): Promise<void>;
  /** Puts a text where the focus is in one go, as pasting does. */
  insert(text: string): Promise<void>;
  /** Empties what has the focus. */
  clear(): Promise<void>;
  /** Presses one key, by the name that `KeyboardEvent.key` gives it. */
  press(key: string): Promise<void>;
  /** Waits as a person does: when a page has come up, or to read what has appeared. */
  pause(kind: "navigation" | "reading"): Promise<void>;
  /** What was done so far, for the evidence: each action with the hash of its plan and how far it was kept. */
  record(): Json;
}
