import { jobIdOf } from "@bentham/core";
import { spawnLlmServer } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { expectEqual, expectThat } from "../support/check.ts";
import { checkNothingHeld } from "../support/held.ts";
import { writeStudy } from "../support/study.ts";

export const fault: Fault = {
  id: "poisonous-job",
  title: "one job ends the process of every worker that runs it",
  matrix: [43],
  expected: "after three crashes it is failed as POISONED, all others are answered, and `retry` can ask it again",
  async run(scale) {
    const planned = scale === "full" ? 60 : 12;
    await using server = await spawnLlmServer();
    await using desk = await Desk.open();
    await writeStudy(desk, { url: server.url, questions: planned, concurrency: 2 });
    const cell = { runId: "fault-1", queryId: "q5", surfaceId: "llm", locationId: "direct", repeat: 1 };
    const breakAt = { event: "job:ask", jobId: jobIdOf(cell), how: "abort" } as const;
    let starts = 0;
    let code: number | null = null;
    for (; code === null && starts < 10; starts++) ({ code } = await desk.run(["run", "study.yaml"], { breakAt }));
    expectEqual("starts that the job ended", starts - 1, 3);
    expectEqual("exit code", code, 3);
    const { answered, failed } = await desk.ledger();
    expectEqual("cells", { answered, failed }, { answered: planned - 1, failed: 1 });
    const [poisoned] = (await desk.results()).filter(({ success }) => !success);
    expectEqual("the failed one", [poisoned?.jobId, poisoned?.error?.code], [breakAt.jobId, "POISONED"]);
    // The job's own three crashes, and those of what ran beside it.
    const { crashes } = await checkNothingHeld(desk);
    expectThat(crashes >= 3 && crashes <= 6, `${crashes} crashes`);
    expectEqual("exit code of retry", (await desk.run(["retry", "study.yaml"])).code, 0);
    return `${planned - 1} answered, 1 poisoned after 3 crashes, and answered when it was retried`;
  },
};
