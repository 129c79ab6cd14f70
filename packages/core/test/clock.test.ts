import { getEventListeners } from "node:events";
import { systemClock } from "@bentham/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

const DAY = 86_400_000;

describe("the system clock", () => {
  test("tells the time of day, and a time that never goes back", () => {
    const before = Date.now();
    expect(systemClock.now()).toBeGreaterThanOrEqual(before);
    const times = Array.from({ length: 1000 }, () => systemClock.monotonic());
    expect(times).toEqual(times.toSorted((one, other) => one - other));
  });
});

describe("sleep", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("ends when its time is up, and not before", async () => {
    const woke = vi.fn<() => void>();
    const sleeping = systemClock.sleep(1000).then(woke);
    await vi.advanceTimersByTimeAsync(999);
    expect(woke).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await sleeping;
    expect(woke).toHaveBeenCalledOnce();
  });

  test("ends at once with the signal's reason when it is aborted, and leaves no timer", async () => {
    const controller = new AbortController();
    const reason = new Error("stop");
    const sleeping = systemClock.sleep(DAY, controller.signal);
    controller.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("does not begin under a signal that is aborted already", async () => {
    const reason = new Error("stop");
    await expect(systemClock.sleep(DAY, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("passes on a reason that is no error", async () => {
    const controller = new AbortController();
    const sleeping = systemClock.sleep(DAY, controller.signal);
    controller.abort("enough");
    await expect(sleeping).rejects.toBe("enough");
  });

  test("leaves no listener on the signal, however it ends", async () => {
    const controller = new AbortController();
    const slept = systemClock.sleep(10, controller.signal);
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(10);
    await slept;
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);

    const aborted = systemClock.sleep(10, controller.signal);
    controller.abort(new Error("stop"));
    await expect(aborted).rejects.toThrow("stop");
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
  });

  test("holds a delay that no single timer of Node can hold", async () => {
    const delay = 60 * DAY;
    expect(delay).toBeGreaterThan(2 * 2 ** 31);
    const woke = vi.fn<() => void>();
    const sleeping = systemClock.sleep(delay).then(woke);
    await vi.advanceTimersByTimeAsync(delay - 1);
    expect(woke).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await sleeping;
    expect(woke).toHaveBeenCalledOnce();
  });

  test("can be aborted in every stretch of such a delay", async () => {
    const controller = new AbortController();
    const reason = new Error("stop");
    const sleeping = systemClock.sleep(60 * DAY, controller.signal);
    const ended = Promise.allSettled([sleeping]);
    await vi.advanceTimersByTimeAsync(40 * DAY);
    controller.abort(reason);
    expect(await ended).toEqual([{ status: "rejected", reason }]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("lasts for ever when told so, until it is aborted", async () => {
    const controller = new AbortController();
    const reason = new Error("stop");
    const ended = Promise.allSettled([systemClock.sleep(Infinity, controller.signal)]);
    await vi.advanceTimersByTimeAsync(1000 * DAY);
    controller.abort(reason);
    expect(await ended).toEqual([{ status: "rejected", reason }]);
  });

  test.each([0, -5, Number.NaN])(
    "ends at the next turn for %d milliseconds",
    async (ms) => {
      const sleeping = systemClock.sleep(ms);
      await vi.advanceTimersByTimeAsync(1);
      await sleeping;
      expect(vi.getTimerCount()).toBe(0);
    },
    2000,
  );
});
