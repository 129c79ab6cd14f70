import { type AskPermit, BenthamError } from "@bentham/core";
import { describe, expect, test } from "vitest";
import { type AskGate, createAskGate } from "../src/ask-gate.ts";
import { TestClock } from "./support/test-clock.ts";

const GO: AskPermit = { kind: "go" };
const wait = (waitMs: number, reason: "rate" | "breaker" | "paused" = "rate"): AskPermit => ({
  kind: "wait",
  waitMs,
  reason,
});

/** A gate whose queue says one permit after the other, and the last one for ever. */
function gateOf(...permits: readonly AskPermit[]): {
  gate: AskGate;
  clock: TestClock;
  told: number[];
  asked: () => number;
  controller: AbortController;
} {
  const clock = new TestClock();
  const controller = new AbortController();
  const told: number[] = [];
  let asked = 0;
  const permitAsk = async (): Promise<AskPermit> => permits[asked++] ?? permits.at(-1) ?? GO;
  const gate = createAskGate(permitAsk, controller.signal, clock, (ask) => told.push(ask));
  return { gate, clock, told, asked: () => asked, controller };
}

describe("the gate in front of every question", () => {
  test("lets a question out when the queue says so, and counts it", async () => {
    const { gate, told } = gateOf(GO);
    await gate.beforeAsk();
    await gate.beforeAsk();
    expect([gate.asks, told]).toEqual([2, [1, 2]]);
  });

  test("waits for up to a second in front of the first question, and asks the queue again", async () => {
    const { gate, clock, asked } = gateOf(wait(1000), wait(400), GO);
    await clock.run(gate.beforeAsk());
    expect([clock.monotonic(), asked(), gate.asks]).toEqual([1400, 3, 1]);
  });

  test.each(["rate", "breaker", "paused"] as const)(
    "gives the job back rather than wait longer in front of the first question: %s",
    async (reason) => {
      const { gate, clock } = gateOf(wait(1001, reason));
      await expect(gate.beforeAsk()).rejects.toMatchObject({ code: "NO_RESOURCE", retryAfterMs: 1001 });
      expect([gate.asks, clock.slept]).toEqual([0, []]);
    },
  );

  test("lets nothing out when its process was stopped while it waited for its turn, and the lease ran out", async () => {
    const { gate, clock, asked } = gateOf(wait(10), { kind: "stop", reason: "lost" });
    const waiting = gate.beforeAsk();
    await clock.untilSleeping((ms) => ms === 10);
    clock.stall(60_000);
    await expect(clock.run(waiting)).rejects.toMatchObject({ code: "LEASE_LOST" });
    expect([asked(), gate.asks]).toEqual([2, 0]);
  });

  test("waits for as long as it takes in front of a later one: the first has been paid for", async () => {
    const { gate, clock } = gateOf(GO, wait(50_000), GO);
    await gate.beforeAsk();
    await clock.run(gate.beforeAsk());
    expect([clock.monotonic(), gate.asks]).toEqual([50_000, 2]);
  });

  test.each([
    ["lost", "LEASE_LOST"],
    ["cancelled", "CANCELLED"],
    ["paused", "INTERRUPTED"],
    ["budget", "BUDGET_EXHAUSTED"],
    ["deadline", "DEADLINE_EXCEEDED"],
  ] as const)("lets nothing out under a lease that is %s", async (reason, code) => {
    const { gate } = gateOf(GO, { kind: "stop", reason });
    await gate.beforeAsk();
    await expect(gate.beforeAsk()).rejects.toMatchObject({ code });
    expect(gate.asks).toBe(1);
  });

  test("ends its wait at once when the attempt ends, and lets nothing out after that", async () => {
    const { gate, clock, controller } = gateOf(GO, wait(50_000));
    await gate.beforeAsk();
    const waiting = Promise.allSettled([gate.beforeAsk()]);
    await clock.advance(10);
    const reason = new BenthamError("TIMEOUT", "late");
    controller.abort(reason);
    expect(await waiting).toEqual([{ status: "rejected", reason }]);
    await expect(gate.beforeAsk()).rejects.toBe(reason);
    expect([gate.asks, clock.sleepers]).toEqual([1, 0]);
  });

  test("does not wait for a queue that says nothing, once the attempt has ended", async () => {
    const controller = new AbortController();
    const gate = createAskGate(
      () => new Promise(() => {}),
      controller.signal,
      new TestClock(),
      () => {},
    );
    const waiting = gate.beforeAsk();
    controller.abort(new BenthamError("TIMEOUT", "late"));
    await expect(waiting).rejects.toMatchObject({ code: "TIMEOUT" });
  });

  test("passes on what the queue fails with", async () => {
    const failure = new BenthamError("STORE_UNAVAILABLE", "the store is closed");
    const gate = createAskGate(
      () => Promise.reject(failure),
      new AbortController().signal,
      new TestClock(),
      () => {},
    );
    await expect(gate.beforeAsk()).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
  });

  test("leaves others their turn when the queue says to wait for no time at all", async () => {
    const { gate, clock, asked } = gateOf(wait(0), wait(0), GO);
    await clock.run(gate.beforeAsk());
    expect([asked(), clock.slept.length, gate.asks]).toEqual([3, 2, 1]);
  });
});
