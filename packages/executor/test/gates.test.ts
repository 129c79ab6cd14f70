import type { QualityGates, Verdict } from "@bentham/core";
import { createExecutor } from "@bentham/executor";
import { describe, expect, test } from "vitest";
import { jobOf } from "./support/jobs.ts";
import { workOff } from "./support/outcomes.ts";
import { openRecorder } from "./support/recorder.ts";
import { adapterOf, answerOf, registryOf } from "./support/surface.ts";
import { TestClock } from "./support/test-clock.ts";

const FAILED: Verdict = { accepted: false, failures: ["it is about shoes"], flags: [] };

/** A worker whose validator lets the third answer pass, and none before. */
function open(verdict = FAILED): Parameters<typeof createExecutor>[0] & { asks: () => number; clock: TestClock } {
  let asks = 0;
  return {
    surfaceAdapters: registryOf(adapterOf(() => answerOf(`answer ${++asks}`))),
    validator: {
      validate: (_job, { text }) => (text === "answer 3" ? { accepted: true, failures: [], flags: [] } : verdict),
    },
    clock: new TestClock(),
    asks: () => asks,
  };
}

async function workOn(options: ReturnType<typeof open>, gates: QualityGates, retry = {}): Promise<unknown> {
  const executor = createExecutor(options);
  executor.enqueue([jobOf({ gates, retry })]);
  const [result] = await workOff(executor, options.clock, 1);
  return result;
}

describe("an answer that does not pass its gates", () => {
  test("is not asked for again, and is kept beside its failure and in the evidence", async () => {
    const { collector, attempts } = openRecorder();
    const options = open();
    expect(await workOn({ ...options, evidenceCollector: collector }, { minLength: 5 })).toMatchObject({
      success: false,
      state: "failed",
      response: { text: "answer 1" },
      error: { code: "GATE_FAILED", message: expect.stringContaining("it is about shoes"), isRetryable: false },
      evidence: { state: "complete" },
    });
    expect(options.asks()).toBe(1);
    expect(attempts[0]?.ending?.answer?.text).toBe("answer 1");
  });

  test.each([
    ["as often as its gates say", { retry: 1 }, {}, 2],
    ["until it passes", { retry: 9 }, { maxRetries: 9 }, 3],
    ["within the retries of its strategy", { retry: 9 }, { maxRetries: 1 }, 2],
    ["where retryableErrors lets it", { retry: 1 }, { retryableErrors: ["GATE_FAILED"] }, 2],
    ["not where retryableErrors leaves it out", { retry: 9 }, { retryableErrors: ["TIMEOUT"] }, 1],
    ["not for being among the retryableErrors alone", {}, { retryableErrors: ["GATE_FAILED"] }, 1],
  ])("is asked for again %s", async (_how, gates, retry, asks) => {
    const worked = open();
    const result = await workOn(worked, gates, retry);
    expect(worked.asks()).toBe(asks);
    expect(result).toMatchObject({ success: asks === 3, metadata: { attempts: asks } });

    const executed = open();
    const executor = createExecutor(executed);
    expect(await executed.clock.run(executor.executeJob(jobOf({ gates, retry })))).toMatchObject({
      success: asks === 3,
    });
    expect(executed.asks()).toBe(asks);
  });

  test.each(["refused", "filtered"] as const)("is never asked for again when it is %s", async (flag) => {
    const options = open({ ...FAILED, flags: [flag] });
    expect(await workOn(options, { retry: 9 })).toMatchObject({ error: { isRetryable: false } });
    expect(options.asks()).toBe(1);
  });
});

test("gates by which no answer can be judged fail the job before anything is asked", async () => {
  const options = open();
  const executor = createExecutor({
    ...options,
    validator: {
      validate: () => FAILED,
      check() {
        throw new RangeError("no such gate");
      },
    },
  });
  expect(await executor.executeJob(jobOf())).toMatchObject({
    error: { message: "no such gate" },
    metadata: { asks: 0 },
  });
  expect(options.asks()).toBe(0);
});

test("the evidence of an answer is shown to its validator", async () => {
  const states: unknown[] = [];
  const executor = createExecutor({
    surfaceAdapters: registryOf(adapterOf(() => answerOf("hi"))),
    evidenceCollector: openRecorder().collector,
    validator: {
      validate(_job, _answer, evidence) {
        states.push(evidence?.state);
        return { accepted: true, failures: [], flags: [] };
      },
    },
  });
  await executor.executeJob(jobOf());
  await executor.executeJob(jobOf(), { collectEvidence: false });
  expect(states).toEqual(["complete", undefined]);
});
