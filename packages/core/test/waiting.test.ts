import { getEventListeners } from "node:events";
import process from "node:process";
import { untilAborted } from "@bentham/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

/** Long enough for Node to have told every unhandled rejection of what ran before. */
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** The rejections that nobody handled while `work` ran. */
async function unhandledIn(work: () => Promise<void>): Promise<unknown[]> {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on("unhandledRejection", note);
  try {
    await work();
    await turn();
  } finally {
    process.off("unhandledRejection", note);
  }
  return unhandled;
}

describe("untilAborted", () => {
  test("gives what the promise gives", async () => {
    await expect(untilAborted(Promise.resolve(1), new AbortController().signal)).resolves.toBe(1);
    await expect(untilAborted(Promise.reject(new Error("no")), new AbortController().signal)).rejects.toThrow("no");
  });

  test("rejects at once with the signal's reason, though the promise never ends", async () => {
    const controller = new AbortController();
    const waiting = untilAborted(new Promise<never>(() => {}), controller.signal);
    controller.abort(new Error("stop"));
    await expect(waiting).rejects.toThrow("stop");
  });

  test("does not wait under a signal that is aborted already, and passes on the late value", async () => {
    const late: number[] = [];
    const signal = AbortSignal.abort(new Error("stop"));
    await expect(untilAborted(Promise.resolve(1), signal, (value) => late.push(value))).rejects.toThrow("stop");
    await turn();
    expect(late).toEqual([1]);
  });

  test("is not broken by a `late` that throws", async () => {
    const signal = AbortSignal.abort(new Error("stop"));
    const waiting = untilAborted(Promise.resolve(1), signal, () => {
      throw new Error("late");
    });
    await expect(waiting).rejects.toThrow("stop");
  });

  test("passes the value to the waiter or to `late`, never to both nor to neither, in every order of events", async () => {
    type Step = "resolve" | "reject" | "abort" | "turn";
    const steps = fc.array(fc.constantFrom<Step>("resolve", "reject", "abort", "turn"), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(steps, fc.boolean(), async (script, abortedBefore) => {
        const controller = new AbortController();
        const { promise, resolve, reject } = Promise.withResolvers<string>();
        if (abortedBefore) controller.abort(new Error("stop"));
        const late: string[] = [];
        const waiting = Promise.allSettled([untilAborted(promise, controller.signal, (value) => late.push(value))]);
        for (const step of [...script, "resolve", "abort"] as const) {
          if (step === "resolve") resolve("value");
          else if (step === "reject") reject(new Error("no"));
          else if (step === "abort") controller.abort(new Error("stop"));
          else await turn();
        }
        const [outcome] = await waiting;
        await turn();

        const ending = script.find((step) => step === "resolve" || step === "reject") ?? "resolve";
        const arrived = outcome.status === "fulfilled" ? [outcome.value, ...late] : late;
        expect(arrived).toEqual(ending === "resolve" ? ["value"] : []);
        expect(abortedBefore && outcome.status === "fulfilled").toBe(false);
        expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
      }),
    );
  });

  test("leaves no rejection unhandled, whichever of the two comes first", async () => {
    const unhandled = await unhandledIn(async () => {
      for (const abortsFirst of [true, false]) {
        const controller = new AbortController();
        const { promise, reject } = Promise.withResolvers<never>();
        const waiting = Promise.allSettled([untilAborted(promise, controller.signal)]);
        const events = [() => controller.abort(new Error("stop")), () => reject(new Error("no"))];
        for (const happens of abortsFirst ? events : events.toReversed()) {
          happens();
          await turn();
        }
        await waiting;
      }
    });
    expect(unhandled).toEqual([]);
  });

  test("leaves no listener on a signal that outlives many waits", async () => {
    const { signal } = new AbortController();
    for (let wait = 0; wait < 100; wait++) await untilAborted(Promise.resolve(wait), signal);
    await Promise.allSettled([untilAborted(Promise.reject(new Error("no")), signal)]);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });
});
