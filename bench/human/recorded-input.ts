/**
 * One thing that a page was told of, as a log of a browser has it: `[milliseconds, kind, key or text]` or
 * `[milliseconds, kind, x, y]` in CSS pixels.
 */
export type RecordedEvent =
  | readonly [atMs: number, kind: "keyDown" | "keyUp" | "insertText", key: string]
  | readonly [atMs: number, kind: "move" | "down" | "up", x: number, y: number];

/** A sentence that somebody typed. */
export interface TypedSentence {
  /** What stands in the field at the end. */
  readonly text: string;
  readonly events: readonly RecordedEvent[];
}

/** A way of somebody's pointer, and the click at its end. */
export interface RecordedMovement {
  readonly events: readonly RecordedEvent[];
}

/** To whole numbers as browsers' logs have them, halves up. */
export function rounded(value: number): number {
  return Math.floor(value + 0.5);
}
