import { BenthamError, type EvidenceLevel } from "@bentham/core";
import { createExecutor } from "@bentham/executor";
import { describe, expect, test } from "vitest";
import { jobOf } from "./support/jobs.ts";
import { openBook, openLenders, unbalanced } from "./support/lenders.ts";
import { openRecorder } from "./support/recorder.ts";
import { adapterOf, answerOf, httpAdapter, openSurface, registryOf } from "./support/surface.ts";
import { TestClock } from "./support/test-clock.ts";

const never = (): Promise<never> => new Promise(() => {});
const ONCE = { maxRetries: 0 } as const;
const answering = registryOf(adapterOf(() => answerOf("in hand"), { session: true }));

describe("the evidence of an attempt", () => {
  test("begins with what is asked by whom from where", async () => {
    const { collector, attempts } = openRecorder();
    const lenders = openLenders(openBook(), new TestClock());
    const executor = createExecutor({ surfaceAdapters: answering, ...lenders, evidenceCollector: collector });
    const job = jobOf({ credentialPool: "team" });
    await executor.executeJob(job);
    expect(attempts[0]?.request).toMatchObject({
      job,
      attempt: 1,
      level: "full",
      adapter: { name: "scripted", version: "1" },
      credentialId: "credential-1",
      proxyId: "proxy-2",
      sessionId: "session-3",
    });
  });

  test("holds every exchange, and the answer", async () => {
    await using surface = await openSurface();
    const { collector, attempts } = openRecorder();
    const executor = createExecutor({
      surfaceAdapters: registryOf(httpAdapter(surface.url)),
      evidenceCollector: collector,
    });
    const { evidence } = await executor.executeJob(jobOf({ query: "q" }));
    expect(evidence).toMatchObject({ state: "complete", sha256Hash: "0".repeat(64) });
    expect(attempts).toMatchObject([
      { urls: [surface.url], ending: { outcome: "answered", answer: { text: "You said: q" } }, discarded: true },
    ]);
  });

  test("is sealed after a failure too: a challenge page is the best evidence", async () => {
    const { collector, attempts } = openRecorder();
    const challenged = adapterOf(() => {
      throw new BenthamError("CHALLENGE", "a challenge", { partialText: "Verify you are human" });
    });
    const executor = createExecutor({ surfaceAdapters: registryOf(challenged), evidenceCollector: collector });
    const result = await executor.executeJob(jobOf());
    expect(result.evidence?.state).toBe("complete");
    expect(attempts.map(({ ending }) => ending)).toEqual([
      { outcome: "parked", error: { code: "CHALLENGE", message: "a challenge" }, partialText: "Verify you are human" },
    ]);
  });

  test("is one bag for each attempt", async () => {
    const { collector, attempts } = openRecorder();
    const failing = adapterOf(() => {
      throw new BenthamError("TIMEOUT", "late");
    });
    const executor = createExecutor({ surfaceAdapters: registryOf(failing), evidenceCollector: collector });
    const result = await executor.executeJob(jobOf({ retry: { baseDelay: 1 } }), { maxRetries: 2 });
    expect(attempts.map(({ request }) => request.attempt)).toEqual([1, 2, 3]);
    expect(result.evidence?.bagPath).toBe(`${jobOf().jobId}/3`);
  });

  test.each([
    ["the caller wants none", jobOf(), { collectEvidence: false }],
    ["the job wants none", jobOf({ evidence: "none" }), {}],
    ["the caller wants none, whatever the job says", jobOf({ evidence: "full" }), { collectEvidence: false }],
  ])("is not even begun when %s", async (_what, job, options) => {
    const { collector, attempts } = openRecorder();
    const executor = createExecutor({
      surfaceAdapters: registryOf(adapterOf(() => answerOf("hi"))),
      evidenceCollector: collector,
    });
    const result = await executor.executeJob(job, options);
    expect(attempts).toEqual([]);
    expect("evidence" in result).toBe(false);
    expect(result.success).toBe(true);
  });

  test.each<EvidenceLevel>(["full", "metadata"])("is kept at the job's level: %s", async (level) => {
    const { collector, attempts } = openRecorder();
    const executor = createExecutor({
      surfaceAdapters: registryOf(adapterOf(() => answerOf("hi"))),
      evidenceCollector: collector,
    });
    await executor.executeJob(jobOf({ evidence: level }), { collectEvidence: true });
    expect(attempts[0]?.request.level).toBe(level);
  });

  test.each([
    ["fails", () => Promise.reject(new Error("disk full")), "disk full"],
    ["fails at once", (): never => raise(new Error("disk full")), "disk full"],
    ["never ends", never, "60000 ms"],
  ])("does not cost the answer when sealing it %s", async (_how, finish, reason) => {
    const clock = new TestClock();
    const book = openBook();
    let asks = 0;
    const adapter = adapterOf(() => {
      asks += 1;
      return answerOf("in hand");
    });
    const executor = createExecutor({
      surfaceAdapters: registryOf(adapter),
      ...openLenders(book, clock),
      evidenceCollector: openRecorder({ finish }).collector,
      clock,
    });
    const result = await clock.run(executor.executeJob(jobOf({ credentialPool: "team" })));
    expect(result).toMatchObject({
      success: true,
      response: { text: "in hand" },
      evidence: { state: "failed", sha256Hash: "", reasons: [expect.stringContaining(reason)] },
    });
    expect(asks).toBe(1);
    expect(unbalanced(book)).toEqual([]);
  });

  test.each([
    ["fails", () => Promise.reject(new Error("busy"))],
    ["fails at once", (): never => raise(new Error("busy"))],
    ["never ends", never],
  ])("neither costs the answer nor holds anything when throwing the rest away %s", async (_how, discard) => {
    const clock = new TestClock();
    const book = openBook();
    const stuck: string[] = [];
    const executor = createExecutor({
      surfaceAdapters: answering,
      ...openLenders(book, clock),
      evidenceCollector: openRecorder({ discard }).collector,
      clock,
    });
    executor.on("resources:stuck", ({ resource }) => stuck.push(resource));
    const result = await clock.run(executor.executeJob(jobOf({ credentialPool: "team" })));
    expect(result).toMatchObject({ success: true, response: { text: "in hand" }, evidence: { state: "complete" } });
    expect(unbalanced(book)).toEqual([]);
    expect(stuck).toEqual(["recording"]);
  });

  test("that cannot be begun fails the attempt before anything is asked", async () => {
    const book = openBook();
    const { collector } = openRecorder({ begin: () => Promise.reject(new BenthamError("DISK_FULL", "no space")) });
    const executor = createExecutor({
      surfaceAdapters: answering,
      ...openLenders(book, new TestClock()),
      evidenceCollector: collector,
    });
    expect(await executor.executeJob(jobOf(), ONCE)).toMatchObject({
      success: false,
      error: { code: "DISK_FULL" },
      metadata: { asks: 0 },
    });
    expect(unbalanced(book)).toEqual([]);
  });

  test("that begins too late is thrown away", async () => {
    const clock = new TestClock();
    const { collector, attempts } = openRecorder({ begin: () => clock.sleep(70_000) });
    const executor = createExecutor({
      surfaceAdapters: answering,
      ...openLenders(openBook(), clock),
      evidenceCollector: collector,
      clock,
    });
    const result = await clock.run(executor.executeJob(jobOf(), ONCE));
    expect(result.error?.code).toBe("TIMEOUT");
    await clock.advance(20_000);
    expect(attempts).toMatchObject([{ discarded: true }]);
    expect(attempts[0]?.ending).toBeUndefined();
  });

  test("is sealed once, and told once, also when the answer cannot be judged", async () => {
    const { collector, attempts } = openRecorder();
    let told = 0;
    const executor = createExecutor({
      surfaceAdapters: registryOf(adapterOf(() => answerOf("in hand"))),
      evidenceCollector: collector,
      validator: { validate: () => raise(new Error("a bug of the validator's")) },
    });
    executor.on("evidence:seal", () => (told += 1));
    expect((await executor.executeJob(jobOf())).success).toBe(false);
    expect(attempts.map(({ ending }) => ending?.outcome)).toEqual(["answered"]);
    expect(told).toBe(1);
  });
});

function raise(error: Error): never {
  throw error;
}
