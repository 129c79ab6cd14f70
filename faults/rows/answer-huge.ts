import { type Scenario, spawnLlmServer } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { checkInvariants } from "../support/check-invariants.ts";
import { expectEqual, expectThat, withinBound } from "../support/check.ts";
import { codesByQuery } from "../support/codes.ts";
import { keptExchange } from "../support/evidence.ts";
import { peakMemoryOf } from "../support/peak-memory.ts";
import { StoreFile } from "../support/store.ts";
import { questionOf, writeCanaryStudy } from "../support/study.ts";

/** Most bytes of an answer that are read, without its encodings. */
const CAP = 5_000_000;
/** Most memory that such answers may cost, in MB. */
const MOST_GROWTH = 100;

export const fault: Fault = {
  id: "answer-huge",
  title:
    "an answer of 50 MB and one that unzips to a gigabyte, with evidence and without (in small: to 64 MB, with evidence)",
  matrix: [33],
  inEveryTest: true,
  expected: `each is cut at ${CAP} bytes as unzipped, is not asked again, and costs less than ${MOST_GROWTH} MB of memory`,
  async run(scale) {
    const [planned, bomb, levels] = scale === "full" ? [30, 1024, ["full", "none"]] : [6, 64, ["full"]];
    const scenarios: Scenario[] = [
      { kind: "huge", megabytes: 50 },
      { kind: "gzip-bomb", megabytes: bomb },
    ];
    const seen: string[] = [];
    for (const evidence of levels) {
      await using desk = await Desk.open();
      await using server = await spawnLlmServer({ keys: [desk.canary] });
      const study = { url: server.url, questions: planned, concurrency: 1, more: `evidence: ${evidence}` };
      await writeCanaryStudy(desk, study);
      const usual = await withinBound("the run without them", 60_000, peakMemoryOf(desk.start(["run"])));
      expectEqual(`exit code without them (${usual.ended.stderr})`, usual.ended.code, 0);

      await server.setScenarios(scenarios.map((scenario, index) => ({ question: questionOf(index + 1), scenario })));
      const { megabytes, ended } = await withinBound("the run", 120_000, peakMemoryOf(desk.start(["run", "--new"])));
      expectEqual(`exit code (${ended.stderr})`, ended.code, 3);
      const growth = megabytes - usual.megabytes;
      // A few cells tell memory less exactly than many.
      const most = scale === "full" ? MOST_GROWTH : 1.5 * MOST_GROWTH;
      expectThat(growth < most, `evidence ${evidence}: ${Math.round(growth)} MB more than without them`);

      const { total: asks } = await server.report();
      const ledger = await checkInvariants(desk, { planned, asks });
      expectEqual("failed and answered", [ledger.failed, ledger.answered], [2, planned - 2]);
      using store = new StoreFile(desk);
      const attempts = store.attempts().slice(-planned);
      const codes = codesByQuery(attempts);
      for (const index of scenarios.keys()) {
        const queryId = `q${index + 1}`;
        expectEqual(`tries of ${queryId}`, codes.get(queryId), ["RESPONSE_TOO_LARGE"]);
        if (evidence === "none") continue;
        const kept = await keptExchange(desk, attempts.find((attempt) => attempt.queryId === queryId)?.bagPath);
        expectEqual(`${queryId}, ending and bytes kept`, [kept.ending, kept.body.length], ["too-large", CAP]);
      }
      seen.push(`evidence ${evidence}: ${Math.round(growth)} MB more than the ${Math.round(usual.megabytes)} without`);
    }
    return `both cut at ${CAP} bytes; ${seen.join("; ")}`;
  },
};
