import { SimulatedClock } from "@bentham/testbed";
import * as fc from "fast-check";
import { expect, test } from "vitest";

test("wakes sleepers in the order of their times, also those that go to sleep on the way", async () => {
  const clock = new SimulatedClock();
  const woken: string[] = [];
  const sleep = async (name: string, ms: number): Promise<void> => {
    await clock.sleep(ms);
    woken.push(`${name} at ${clock.monotonic()}`);
    if (name === "first") await sleep("second nap", 30);
  };
  const all = [sleep("last", 100), sleep("first", 10), sleep("middle", 50)];
  await clock.advance(60);
  expect(woken).toEqual(["first at 10", "second nap at 40", "middle at 50"]);
  expect(clock.sleepers).toBe(1);
  await clock.advance(40);
  await Promise.all(all);
  expect(woken.at(-1)).toBe("last at 100");
  expect(clock.now()).toBe(Date.UTC(2026, 0, 1) + 100);
});

test("wakes as a sort by time would, whatever sleeps on it, and at its own time", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(50), { maxLength: 20 }), async (naps) => {
      const clock = new SimulatedClock(0);
      const woken: [nap: number, at: number][] = [];
      for (const nap of naps) void clock.sleep(nap).then(() => woken.push([nap, clock.now()]));
      await clock.advance(50);
      expect(woken).toEqual(naps.toSorted((one, other) => one - other).map((nap) => [nap, nap]));
    }),
    { numRuns: 50 },
  );
});

test("wakes those of one time in the order in which they fell asleep", async () => {
  const clock = new SimulatedClock();
  const woken: number[] = [];
  for (const number of [1, 2, 3]) void clock.sleep(5).then(() => woken.push(number));
  await clock.advance(5);
  expect(woken).toEqual([1, 2, 3]);
});

test("lets what has woken do its work before the next wakes", async () => {
  const clock = new SimulatedClock();
  const steps: string[] = [];
  const work = async (name: string, ms: number): Promise<void> => {
    await clock.sleep(ms);
    for (let step = 1; step <= 20; step++) await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    steps.push(`${name} at ${clock.monotonic()}`);
  };
  void work("one", 10);
  void work("two", 11);
  await clock.advance(20);
  expect(steps).toEqual(["one at 10", "two at 11"]);
});

test("ends a sleep at once when its signal aborts, and forgets it", async () => {
  const clock = new SimulatedClock();
  const controller = new AbortController();
  const sleeping = clock.sleep(1000, controller.signal);
  const reason = new Error("stop");
  controller.abort(reason);
  expect(clock.sleepers).toBe(0);
  await expect(sleeping).rejects.toBe(reason);
  await expect(clock.sleep(1, controller.signal)).rejects.toBe(reason);
  expect(clock.sleepers).toBe(0);
});

test("sleeps no time for less than none, as the real clock does, and for ever for Infinity", async () => {
  const clock = new SimulatedClock();
  await Promise.all([clock.sleep(-5), clock.sleep(Number.NaN), clock.sleep(0), clock.advance(0)]);
  void clock.sleep(Infinity);
  await clock.advance(1e12);
  expect(clock.sleepers).toBe(1);
});

test("runs until nobody sleeps who would wake, and tells how long that took", async () => {
  const clock = new SimulatedClock();
  void clock.sleep(Infinity);
  let naps = 0;
  void (async () => {
    for (; naps < 3; naps++) await clock.sleep(100);
  })();
  expect(await clock.runUntilIdle()).toBe(300);
  expect([naps, clock.monotonic()]).toEqual([3, 300]);
  expect(await clock.runUntilIdle()).toBe(0);
});

test("does not run for ever after what polls for ever", async () => {
  const clock = new SimulatedClock();
  const stop = new AbortController();
  const poll = async (): Promise<void> => {
    while (!stop.signal.aborted) await clock.sleep(1000, stop.signal);
  };
  const polling = poll();
  await expect(clock.runUntilIdle(10_000)).rejects.toThrow("somebody still sleeps after 10000 ms");
  expect(clock.monotonic()).toBe(10_000);
  stop.abort(new Error("enough"));
  await expect(polling).rejects.toThrow("enough");
});

test.each([-1, Number.NaN, Infinity])("does not go on by %s", async (ms) => {
  await expect(new SimulatedClock().advance(ms)).rejects.toThrow(RangeError);
});
