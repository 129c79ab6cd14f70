import type { Box, Clock, InputTarget } from "@bentham/core";
import type { InputPage } from "../../src/index.ts";

/** A page that keeps what is done to it, and when. */
export interface RecordingPage extends InputPage {
  readonly calls: { readonly atMs: number; readonly call: string }[];
  /** How long it takes to take each input; `Infinity` hangs. Seen before each. */
  delayMs: (call: string) => number;
}

export function recordingPage(clock: Clock): RecordingPage {
  const calls: RecordingPage["calls"] = [];
  const take = async (call: string): Promise<void> => {
    calls.push({ atMs: clock.monotonic(), call });
    const delay = page.delayMs(call);
    if (delay === Infinity) await new Promise(() => undefined);
    if (delay > 0) await clock.sleep(delay);
  };
  const page: RecordingPage = {
    calls,
    delayMs: () => 0,
    keyboard: {
      down: (key) => take(`keyDown ${key}`),
      up: (key) => take(`keyUp ${key}`),
      insertText: (text) => take(`insertText ${text}`),
    },
    mouse: {
      move: (x, y) => take(`move ${x} ${y}`),
      down: () => take("down"),
      up: () => take("up"),
      wheel: (x, y) => take(`wheel ${x} ${y}`),
    },
  };
  return page;
}

/** An element that is where `boxes` say, one after the other; the last one stays. */
export function targetAt(...boxes: readonly (Box | null)[]): InputTarget {
  let looks = 0;
  return {
    boundingBox: async () => boxes[Math.min(looks++, boxes.length - 1)] ?? null,
    scrollIntoViewIfNeeded: async () => undefined,
  };
}
