import { findSecret, spawnLlmServer } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { checkAnsweredRun } from "../support/check-run.ts";
import { expectEqual, expectThat } from "../support/check.ts";
import { checkNothingHeld } from "../support/held.ts";
import { writeStudy } from "../support/study.ts";

const CANARY = "CANARY-in-an-error-4711";

export const fault: Fault = {
  id: "uncaught-errors",
  title: "an error that nobody catches, and a rejection that nobody looks at, with a key in their words",
  matrix: [44],
  expected: "exit code 1, never 0 in silence; the key is not shown; the same command answers every cell once",
  async run(scale) {
    const planned = scale === "full" ? 60 : 12;
    for (const how of ["throw", "reject"] as const) {
      await using server = await spawnLlmServer();
      await using desk = await Desk.open();
      await writeStudy(desk, { url: server.url, questions: planned, concurrency: 4 });
      const breakAt = { event: "job:ask", nth: 3, how, message: `Bearer ${CANARY}` } as const;
      const { code, stdout, stderr } = await desk.run(["run", "study.yaml"], { breakAt });
      expectEqual(`${how}: exit code`, code, 1);
      expectThat(stderr.includes("internal error: Error"), `${how}: it tells ${stderr}`);
      expectThat(!(stdout + stderr).includes(CANARY), `${how}: the key is shown`);
      expectEqual(`${how}: files with the key`, await findSecret(desk.folder, CANARY), []);
      expectEqual(`${how}: exit code in the end`, (await desk.run(["run", "study.yaml"])).code, 0);
      await checkAnsweredRun(desk, planned);
      await checkNothingHeld(desk);
    }
    return `exit code 1 both times, then ${planned} cells answered once`;
  },
};
