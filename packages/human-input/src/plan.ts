import { createHash } from "node:crypto";

/** One thing that is done to a page, at a time in milliseconds from the plan's start. */
export type TimedEvent =
  | { readonly atMs: number; readonly kind: "keyDown" | "keyUp"; readonly key: string }
  | { readonly atMs: number; readonly kind: "insertText"; readonly text: string }
  | { readonly atMs: number; readonly kind: "move"; readonly x: number; readonly y: number }
  | { readonly atMs: number; readonly kind: "down" | "up" }
  | { readonly atMs: number; readonly kind: "wheel"; readonly deltaY: number }
  /** The page loses the focus to another one, and has it again. */
  | { readonly atMs: number; readonly kind: "blur" | "focus" }
  /** Nothing is done, but its time is waited for. */
  | { readonly atMs: number; readonly kind: "wait" };

/** What is to be done and when; made before anything is done, from nothing but its inputs. */
export interface Plan {
  /** In the order of their times, which are whole milliseconds. */
  readonly events: readonly TimedEvent[];
  /** What stands in an empty field when it has been played there; empty for a plan that types nothing. */
  readonly finalText: string;
  /** When it is over, in milliseconds from its start. */
  readonly durationMs: number;
  /**
   * SHA-256 (hex) of the canonical JSON (RFC 8785) of the duration, the final text and the events, these as lists
   * `[atMs, kind, key, text or x and y]`: two plans of one hash are the same.
   */
  readonly planHash: string;
}

/** An event as a list: its time, its kind, and what there is to say of it. */
export type EventRow = readonly (number | string)[];

/** A plan of these events; those of one millisecond keep the order they are given in. It ends with its last event. */
export function planOf(unordered: readonly TimedEvent[], finalText = ""): Plan {
  const rounded = unordered.map((event) => ({ ...event, atMs: Math.round(event.atMs) }));
  return new OrderedPlan(
    rounded.sort((one, other) => one.atMs - other.atMs),
    finalText,
  );
}

/** An event as it is hashed and written to files. */
export function rowOf(event: TimedEvent): EventRow {
  const { atMs, kind } = event;
  switch (event.kind) {
    case "keyDown":
    case "keyUp":
      return [atMs, kind, event.key];
    case "insertText":
      return [atMs, kind, event.text];
    case "move":
      return [atMs, kind, event.x, event.y];
    case "wheel":
      return [atMs, kind, event.deltaY];
    case "down":
    case "up":
    case "blur":
    case "focus":
    case "wait":
      return [atMs, kind];
  }
}

class OrderedPlan implements Plan {
  readonly events: readonly TimedEvent[];
  readonly finalText: string;
  readonly durationMs: number;
  #hash: string | undefined;

  constructor(events: readonly TimedEvent[], finalText: string) {
    this.events = events;
    this.finalText = finalText;
    this.durationMs = events.at(-1)?.atMs ?? 0;
  }

  /** Hashed when it is first asked for: most plans of a test or a measurement never are. */
  get planHash(): string {
    const { durationMs, events, finalText } = this;
    // The members stand in canonical order, and lists of numbers and texts are canonical as JSON writes them.
    this.#hash ??= createHash("sha256")
      .update(JSON.stringify({ durationMs, events: events.map(rowOf), finalText }))
      .digest("hex");
    return this.#hash;
  }
}
