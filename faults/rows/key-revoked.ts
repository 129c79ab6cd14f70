import { startLlmServer } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { checkInvariants } from "../support/check-invariants.ts";
import { expectEqual, withinBound } from "../support/check.ts";
import { codesByQuery } from "../support/codes.ts";
import { StoreFile } from "../support/store.ts";
import { writeCanaryStudy } from "../support/study.ts";

export const fault: Fault = {
  id: "key-revoked",
  title: "a key that is revoked in the middle of a run",
  matrix: [35],
  // Keys are not suspended yet: each cell that is left spends one question with the dead key.
  expected: "each cell after it is asked once, fails with AUTH_FAILED, and is answered by retry with a key that works",
  async run(scale) {
    const [planned, good] = scale === "full" ? [60, 30] : [12, 6];
    await using desk = await Desk.open();
    await using server = await startLlmServer({
      keys: [desk.canary],
      scenarios: [{ from: good + 1, scenario: { kind: "error", status: 401 } }],
    });
    await writeCanaryStudy(desk, { url: server.url, questions: planned });
    const { code, stderr } = await withinBound("the run", 60_000, desk.run(["run"]));
    expectEqual(`exit code (${stderr})`, code, 3);
    const dead = server.asks.length - good;
    expectEqual("questions with the dead key", dead, planned - good);
    const ledger = await checkInvariants(desk, { planned, asks: server.asks.length });
    expectEqual("answered and failed", [ledger.answered, ledger.failed], [good, dead]);
    using store = new StoreFile(desk);
    for (const [query, codes] of codesByQuery(store.attempts())) {
      expectEqual(`tries of ${query}`, codes.length, 1);
      if (codes[0] !== "answered") expectEqual(`code of ${query}`, codes, ["AUTH_FAILED"]);
    }

    server.setScenarios([]);
    const retried = await withinBound("retry", 60_000, desk.run(["retry", "--code", "AUTH_FAILED"]));
    expectEqual(`exit code of retry (${retried.stderr})`, retried.code, 0);
    const { answered } = await checkInvariants(desk, { planned, asks: server.asks.length });
    expectEqual("answered in the end", answered, planned);
    return `${dead} questions went out with the dead key, one for each cell that was left; retry answered them`;
  },
};
