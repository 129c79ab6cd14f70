import { SimulatedClock } from "@bentham/testbed";
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

test("ends a sleep at once when its signal aborts", async () => {
  const clock = new SimulatedClock();
  const controller = new AbortController();
  const sleeping = clock.sleep(1000, controller.signal);
  const reason = new Error("stop");
  controller.abort(reason);
  await expect(sleeping).rejects.toBe(reason);
  await expect(clock.sleep(1, controller.signal)).rejects.toBe(reason);
  expect(clock.sleepers).toBe(0);
});
