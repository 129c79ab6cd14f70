import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { spawnLlmServer } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { expectAllAnswered, expectEqual, expectThat } from "../support/check.ts";
import { writeStudy } from "../support/study.ts";

export const fault: Fault = {
  id: "edited-study",
  title: "a budget that is reached, a study that is edited, cells that time out",
  inEveryTest: true,
  expected:
    "a raised budget goes on; an edited study shows the difference and sends nothing; --new starts run 2; retry asks the chosen cells alone",
  async run(scale) {
    const planned = scale === "full" ? 60 : 12;
    const budget = planned / 2;
    await using server = await spawnLlmServer();
    await using desk = await Desk.open();
    // A busy machine takes a second and more to load what asks.
    const configuration = "worker: { timeout: 6000 }";
    const study = async (more: string): Promise<void> =>
      writeStudy(desk, {
        url: server.url,
        questions: planned,
        configuration,
        more: `retry: { maxRetries: 0 }\n${more}`,
      });
    const asks = async (): Promise<number> => (await server.asks()).length;

    await study(`budget: { calls: ${budget} }`);
    expectEqual("exit code at the budget", (await desk.run(["run"])).code, 14);
    expectEqual("asks at the budget", await asks(), budget);

    await study("gates: { minLength: 5 }");
    const edited = await desk.run(["run"]);
    expectEqual("exit code of an edited study", edited.code, 2);
    expectThat(edited.stderr.includes('gates: {} -> {"minLength":5}'), `the difference is not shown: ${edited.stderr}`);
    expectEqual("asks after the edit", await asks(), budget);

    // The second half of the run: two of its cells meet a surface that says nothing.
    await server.setScenarios([{ from: budget + 1, to: budget + 2, scenario: { kind: "stall" } }]);
    await study(`budget: { calls: ${planned} }`);
    expectEqual("exit code with cells that timed out", (await desk.run(["run"])).code, 3);
    expectEqual("asks of the run", await asks(), planned);
    expectEqual("failed cells", (await desk.ledger()).failed, 2);

    expectEqual("exit code of a run that has ended", (await desk.run(["run"])).code, 3);
    expectEqual("asks of a run that has ended", await asks(), planned);

    const stalled = (await server.asks()).slice(budget, budget + 2).map(({ question }) => question);
    await study(`budget: { calls: ${planned + 10} }`);
    expectEqual("exit code of retry for another code", (await desk.run(["retry", "--code", "UPSTREAM_ERROR"])).code, 3);
    expectEqual("asks of retry for another code", await asks(), planned);
    expectEqual("exit code of retry", (await desk.run(["retry", "--code", "TIMEOUT"])).code, 0);
    const retried = (await server.asks()).slice(planned).map(({ question }) => question);
    expectEqual("questions retried", retried.toSorted(), stalled.toSorted());
    expectAllAnswered(await desk.ledger(), planned);

    await study("gates: { minLength: 5 }");
    expectEqual("exit code of --new", (await desk.run(["run", "--new"])).code, 0);
    const status: { runId: string } = JSON.parse((await desk.run(["status", "--json"])).stdout);
    expectEqual("run id", status.runId, "fault-2");
    expectThat(
      (await readFile(join(desk.folder, "study.yaml"), "utf8")).includes("minLength"),
      "the study was changed",
    );
    return `budget at ${budget} asks, edit refused, 2 of ${planned} cells retried alone, run fault-2 answered`;
  },
};
