import { BenthamError } from "@bentham/core";
import { createExecutor } from "@bentham/executor";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { jobOf } from "./support/jobs.ts";
import { type Manner, openBook, openLenders, unbalanced } from "./support/lenders.ts";
import { openRecorder } from "./support/recorder.ts";
import { adapterOf, answerOf, registryOf } from "./support/surface.ts";
import { TestClock } from "./support/test-clock.ts";

const moment = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 50_000, max: 80_000 }));
const fault = fc.constantFrom(
  new BenthamError("NO_RESOURCE", "nothing is free"),
  new BenthamError("PROXY_FAILED", "the proxy is down"),
  new Error("a bug"),
  new DOMException("This operation was aborted", "AbortError"),
);
const manner: fc.Arbitrary<Manner> = fc.record(
  {
    lendsAfter: moment,
    refuses: fault,
    heedsSignal: fc.boolean(),
    takesBackAfter: fc.oneof(moment, fc.constant(Infinity)),
    breaks: fault,
  },
  { requiredKeys: [] },
);
/** Lends without a fault, in most cases. */
const mostlyGood = fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 2, arbitrary: manner });
const script = fc.record({
  credential: mostlyGood,
  proxy: mostlyGood,
  session: mostlyGood,
  asksFor: moment,
  askFails: fc.option(fault, { nil: undefined }),
  heedsSignal: fc.boolean(),
  sealsAfter: moment,
  discardFails: fc.boolean(),
  abortsAt: fc.option(moment, { nil: undefined }),
  maxRetries: fc.integer({ min: 0, max: 2 }),
});

test("everything leased is given back exactly once, and a result delivered, in every order of events", async () => {
  await fc.assert(
    fc.asyncProperty(script, async (plan) => {
      const clock = new TestClock();
      const book = openBook();
      const caller = new AbortController();
      const adapter = adapterOf(
        async (_job, context) => {
          await context.clock.sleep(plan.asksFor, plan.heedsSignal ? context.signal : undefined);
          if (plan.askFails !== undefined) throw plan.askFails;
          return answerOf("hi");
        },
        { session: true },
      );
      const executor = createExecutor({
        surfaceAdapters: registryOf(adapter),
        ...openLenders(book, clock, plan),
        evidenceCollector: openRecorder({
          finish: () => clock.sleep(plan.sealsAfter),
          discard: () => (plan.discardFails ? Promise.reject(new Error("busy")) : Promise.resolve()),
        }).collector,
        clock,
      });
      const ended: string[] = [];
      executor.on("resources:release", ({ attempt }) => ended.push(`attempt ${attempt}`));

      const { maxRetries } = plan;
      const executing = executor.executeJob(jobOf({ credentialPool: "team" }), { maxRetries, signal: caller.signal });
      const { abortsAt } = plan;
      if (abortsAt !== undefined) void clock.sleep(abortsAt).then(() => caller.abort());
      const result = await clock.run(executing);
      // Whatever was lent too late has come, and gone back, by then.
      await clock.advance(200_000);

      expect(result.success).toBe(result.error === undefined);
      expect(result.metadata.attempts).toBe(ended.length);
      expect(ended.length).toBeLessThanOrEqual(maxRetries + 1);
      expect(unbalanced(book)).toEqual([]);
    }),
    { numRuns: 300 },
  );
}, 30_000);
