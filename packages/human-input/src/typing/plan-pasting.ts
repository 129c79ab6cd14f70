import { type Plan, planOf, type TimedEvent } from "../plan.ts";

/** Assumed: a line of a paste takes a page about a frame. */
const GAP_MS = 12;

/**
 * Plans how a text is put where the focus is, as pasting does: no key is typed but Shift+Enter for its line breaks, which
 * editors take more surely than a pasted one.
 *
 * @param gapMs Time from one of its steps to the next, in milliseconds; 0 for none.
 */
export function planPasting(text: string, gapMs: number = GAP_MS): Plan {
  const events: TimedEvent[] = [];
  const add = (step: (atMs: number) => TimedEvent): number => events.push(step(events.length * gapMs));
  for (const [index, line] of linesOf(text).entries()) {
    if (index > 0) {
      add((atMs) => ({ atMs, kind: "keyDown", key: "Shift" }));
      add((atMs) => ({ atMs, kind: "keyDown", key: "Enter" }));
      add((atMs) => ({ atMs, kind: "keyUp", key: "Enter" }));
      add((atMs) => ({ atMs, kind: "keyUp", key: "Shift" }));
    }
    if (line !== "") add((atMs) => ({ atMs, kind: "insertText", text: line }));
  }
  return planOf(events, linesOf(text).join("\n"));
}

/** The lines of a text; CRLF and CR end one as LF does. */
export function linesOf(text: string): string[] {
  return text.split(/\r\n?|\n/);
}
