import { BenthamError, type Box, type InputTarget } from "@bentham/core";
import { SimulatedClock } from "@bentham/testbed";
import { expect, test } from "vitest";
import { createHumanInput, type HumanInputOptions, type InputPage } from "@bentham/human-input";

const BOX: Box = { x: 100, y: 50, width: 80, height: 30 };

/** A page that remembers what was done to it, and when. */
function recordingPage(
  clock: SimulatedClock,
  delay: Promise<void> = Promise.resolve(),
): { page: InputPage; done: string[] } {
  const done: string[] = [];
  const note = (what: string) => {
    done.push(`${Math.round(clock.monotonic())} ${what}`);
    return delay;
  };
  return {
    done,
    page: {
      keyboard: {
        down: (key) => note(`down ${key}`),
        up: (key) => note(`up ${key}`),
        insertText: (text) => note(`insert ${text}`),
      },
      mouse: {
        move: (x, y) => note(`move ${x} ${y}`),
        down: () => note("press"),
        up: () => note("release"),
      },
    },
  };
}

function targetAt(...boxes: (Box | null)[]): InputTarget {
  let looks = 0;
  return {
    scrollIntoViewIfNeeded: () => Promise.resolve(),
    boundingBox: async () => boxes[Math.min(looks++, boxes.length - 1)] ?? null,
  };
}

/** Goes on with time until the work has ended. */
async function run<Value>(clock: SimulatedClock, work: Promise<Value>): Promise<Value> {
  const progress = { isOver: false };
  void Promise.allSettled([work]).then(() => (progress.isOver = true));
  while (!progress.isOver) {
    await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(5);
  }
  return work;
}

function inputOn(page: InputPage, clock: SimulatedClock, part: Partial<HumanInputOptions> = {}) {
  return createHumanInput({ page, clock, seed: "seed", signal: new AbortController().signal, ...part });
}

test("without imitation, clicks and types at once", async () => {
  const clock = new SimulatedClock();
  const { page, done } = recordingPage(clock);
  const input = inputOn(page, clock, { behavior: false });
  await run(clock, input.click(targetAt(BOX)));
  await run(clock, input.type("one"));
  await run(clock, input.pause("reading"));
  expect(done.map((line) => line.replace(/^\d+ /, ""))).toEqual(["move 140 65", "press", "release", "insert one"]);
});

test("types a line break with Shift, which sends nothing", async () => {
  const clock = new SimulatedClock();
  const { page, done } = recordingPage(clock);
  await run(clock, inputOn(page, clock, { behavior: false }).type("a\r\nb"));
  expect(done.map((line) => line.replace(/^\d+ /, ""))).toEqual([
    "insert a",
    "down Shift",
    "down Enter",
    "up Enter",
    "up Shift",
    "insert b",
  ]);
});

test("follows an element that moves away while the pointer is on its way", async () => {
  const clock = new SimulatedClock();
  const { page, done } = recordingPage(clock);
  const moved = { ...BOX, y: 400 };
  await run(clock, inputOn(page, clock).click(targetAt(BOX, moved, moved)));
  expect(done.filter((line) => line.endsWith("press"))).toHaveLength(1);
  const lastMove = done.findLast((line) => line.includes("move")) ?? "";
  expect(Number(lastMove.split(" ").at(-1))).toBeGreaterThan(moved.y);
});

test("clicks nothing that has no place on the page", async () => {
  const clock = new SimulatedClock();
  const { page, done } = recordingPage(clock);
  await expect(run(clock, inputOn(page, clock).click(targetAt(null)))).rejects.toMatchObject({ code: "UI_OBSTRUCTED" });
  expect(done).toEqual([]);
});

test("ends at once when it is told to, in the middle of a word", async () => {
  const clock = new SimulatedClock();
  const { page, done } = recordingPage(clock);
  const stop = new AbortController();
  const reason = new BenthamError("CANCELLED", "stopped");
  const typing = inputOn(page, clock, { signal: stop.signal }).type("a long sentence to type");
  await clock.advance(500);
  stop.abort(reason);
  await expect(typing).rejects.toBe(reason);
  expect(done.length).toBeLessThan(20);
});

test("does not wait for ever for a page that hangs", async () => {
  const clock = new SimulatedClock();
  const { page } = recordingPage(clock, new Promise(() => {}));
  await expect(run(clock, inputOn(page, clock).press("Enter"))).rejects.toMatchObject({ code: "TIMEOUT" });
});

test("tells the evidence what was done, and never what was typed", async () => {
  const clock = new SimulatedClock();
  const { page } = recordingPage(clock);
  const input = inputOn(page, clock);
  await run(clock, input.type("secret"));
  expect(JSON.stringify(input.record())).not.toContain("secret");
  expect(input.record()).toMatchObject({
    imitates: "people",
    actions: [{ action: "type", planHash: expect.stringMatching(/^[0-9a-f]{64}$/) }],
  });
});

test.each([
  [{ typing: { minWPM: 0 } }, "human.typing.minWPM must be from 1 to 300, and is 0"],
  [{ typing: { minWPM: 90 } }, "human.typing.maxWPM must be from 90 to 300, and is 80"],
  [{ typing: { mistakeRate: 2 } }, "human.typing.mistakeRate must be from 0 to 1, and is 2"],
  [{ mouse: { clickDelay: [5, 1] } }, "human.mouse.clickDelay must be two numbers"],
] as const)("refuses %j", (behavior, message) => {
  const clock = new SimulatedClock();
  expect(() => inputOn(recordingPage(clock).page, clock, { behavior })).toThrow(message);
});
