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
  /**
   * What a function that runs in the page says of the element. Without it elements out of the viewport come into view by a
   * jump, texts are not read back, and nobody sees what lies over the element.
   *
   * @param places What the function takes besides the element, in CSS pixels; none for one that takes nothing.
   */
  evaluate?<Value>(
    look: (element: never, places: readonly Pick<Box, "x" | "y">[]) => Value,
    places: readonly Pick<Box, "x" | "y">[],
    options: { readonly timeout: number },
  ): Promise<Value>;
}

/** Options of {@link HumanInput.type} and {@link HumanInput.write}. */
export interface TypeOptions {
  /**
   * Whether mistakes are made, and taken back. `false` where a page measures what is typed: a mistyped prefix would reach
   * its suggestions.
   * @default true
   */
  readonly mistakes?: boolean;
}

/** Options of {@link HumanInput.write}. */
export interface WriteOptions extends TypeOptions {
  /** Whether the text stands in the editor. @default reads the element's value, or its text */
  readonly holds?: () => Promise<boolean>;
}

/**
 * Hands and eyes for one page: what an adapter does there goes through it, timed and shaped as the job's `human` says.
 * Every method ends at once, with the signal's reason, when the attempt does.
 */
export interface HumanInput {
  /**
   * Moves the pointer to the element and clicks it, at a place where nothing covers it.
   *
   * @throws BenthamError UI_OBSTRUCTED when the element has no place on the page, or something covers all of it.
   */
  click(target: InputTarget): Promise<void>;
  /**
   * Types into what has the focus; a line break is Shift+Enter, which sends the form of a field of one line. The text stands
   * there in the end exactly, unless the page changed it: whoever typed reads it back, as `write` does.
   */
  type(text: string, options?: TypeOptions): Promise<void>;
  /**
   * Clicks an empty editor, types a text there, and reads it back. Where it differs everything is selected, taken back
   * with Backspace and typed anew without a mistake; at last it is inserted. Nothing is typed while the focus is elsewhere.
   *
   * @returns Whether it had to be mended.
   * @throws BenthamError INVALID_REQUEST, before anything is pressed, for a text that the editor cannot hold; UI_OBSTRUCTED
   *   for an editor that is disabled, does not get the focus, or is left by the page; SURFACE_CHANGED when the text does not
   *   stand there even so.
   */
  write(target: InputTarget, text: string, options?: WriteOptions): Promise<"typed" | "mended">;
  /** Puts a text where the focus is in one go, as pasting does. */
  insert(text: string): Promise<void>;
  /** Empties what has the focus. */
  clear(): Promise<void>;
  /**
   * Presses one key, by the name that `KeyboardEvent.key` gives it.
   *
   * @throws BenthamError CONFIG_INVALID for what no key is called.
   */
  press(key: string): Promise<void>;
  /**
   * Turns the wheel, in bursts, until the element is in view; moves the pointer over what scrolls first.
   *
   * @throws BenthamError UI_OBSTRUCTED when it does not come into view.
   */
  scrollTo(target: InputTarget): Promise<void>;
  /** Moves the pointer to the element and leaves it there. */
  hover(target: InputTarget): Promise<void>;
  /**
   * Waits as a person does: when a page has come up, or to read what has appeared.
   *
   * @param text What there is to read: its length decides how long that takes.
   */
  pause(kind: "navigation" | "reading", text?: string): Promise<void>;
  /** What was done so far, for the evidence: each action with the hash of its plan and how far it was kept. */
  record(): Json;
}
