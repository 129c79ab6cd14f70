import { type Scenario, startLlmServer } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { checkInvariants } from "../support/check-invariants.ts";
import { expectEqual, expectThat, until, withinBound } from "../support/check.ts";
import { codesByQuery } from "../support/codes.ts";
import { keptExchange } from "../support/evidence.ts";
import { StoreFile } from "../support/store.ts";
import { questionOf, writeCanaryStudy } from "../support/study.ts";

/** Most bytes of an answer that are kept. */
const CAP = 5_000_000;

/** What never ends, and the fewest bytes of it that are to be kept. */
const ENDLESS: readonly { readonly scenario: Scenario; readonly least: number }[] = [
  { scenario: { kind: "endless", chunkDelayMs: 100 }, least: 100 },
  { scenario: { kind: "stall" }, least: 0 },
  { scenario: { kind: "stall", after: "head" }, least: 0 },
  { scenario: { kind: "stall", after: "half" }, least: 100 },
];

export const fault: Fault = {
  id: "answer-endless",
  title: "answers that go on for ever, or that stall before their head, after it, and in the body",
  matrix: [19, 20],
  expected: "each ends at the time limit, and never as a success; what came is kept; the connection is closed",
  async run(scale) {
    const [planned, timeout] = scale === "full" ? [30, 10_000] : [8, 1500];
    await using desk = await Desk.open();
    await using server = await startLlmServer({
      keys: [desk.canary],
      scenarios: ENDLESS.map(({ scenario }, index) => ({ question: questionOf(index + 1), scenario })),
    });
    await writeCanaryStudy(desk, {
      url: server.url,
      questions: planned,
      configuration: `worker: { timeout: ${timeout} }`,
      more: "retry: { maxRetries: 0 }",
    });
    const { code, stderr } = await withinBound("the run", 8 * timeout + 60_000, desk.run(["run"]));
    expectEqual(`exit code (${stderr})`, code, 3);
    await until("connections closed at the surface", 10_000, () => server.inFlight === 0);
    const ledger = await checkInvariants(desk, { planned, asks: server.asks.length });
    expectEqual("failed", ledger.failed, ENDLESS.length);

    using store = new StoreFile(desk);
    const attempts = store.attempts();
    const codes = codesByQuery(attempts);
    const kept: number[] = [];
    for (const [index, { least }] of ENDLESS.entries()) {
      const queryId = `q${index + 1}`;
      expectEqual(`tries of ${queryId}`, codes.get(queryId), ["TIMEOUT"]);
      const { body } = await keptExchange(desk, attempts.find((attempt) => attempt.queryId === queryId)?.bagPath);
      expectThat(body.length >= least && body.length <= CAP, `${queryId} kept ${body.length} bytes`);
      kept.push(body.length);
    }
    // Nobody took what there was for an answer.
    for (const { queryId, success, response } of await desk.results()) {
      if (Number(queryId.slice(1)) > ENDLESS.length) continue;
      expectEqual(`${queryId}, success and answer`, [success, response], [false, undefined]);
    }
    return `${kept.length} time limits, with ${kept.join(", ")} bytes kept; the ${ledger.answered} others answered`;
  },
};
