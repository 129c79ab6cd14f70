import { spawnLlmServer } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { checkAllAnswered } from "../support/check-invariants.ts";
import { expectEqual, expectThat } from "../support/check.ts";
import { writeCanaryStudy } from "../support/study.ts";

/** The points of a job's way, and the executor's event that marks each. */
const POINTS = {
  "after-evidence": "evidence:seal",
  "before-release": "resources:release",
  "before-commit": "job:commit",
  "after-commit": "job:end",
} as const;

const CONCURRENCY = 4;

export const fault: Fault = {
  id: "kill-at-points",
  title: "kill -9 after the evidence, before the release, before the commit, after the commit",
  matrix: [2],
  inEveryTest: true,
  expected: "the same command answers every cell once; each result names a bag that is whole",
  async run(scale) {
    const [planned, nth] = scale === "full" ? [200, 50] : [12, 5];
    const seen: string[] = [];
    for (const [point, event] of Object.entries(POINTS)) {
      await using server = await spawnLlmServer();
      await using desk = await Desk.open();
      await writeCanaryStudy(desk, { url: server.url, questions: planned, concurrency: CONCURRENCY });
      const died = await desk.run(["run", "study.yaml"], { breakAt: { event, nth, how: "kill" } });
      expectEqual(`${point}: signal`, died.signal, "SIGKILL");
      const { code, stderr } = await desk.run(["run", "study.yaml"]);
      expectEqual(`${point}: exit code (${stderr})`, code, 0);
      const asks = (await server.asks()).length;
      await checkAllAnswered(desk, { planned, asks, killed: CONCURRENCY });
      expectThat(asks <= planned + CONCURRENCY, `${point}: ${asks} asks for ${planned} cells`);
      seen.push(`${point} ${asks} asks`);
    }
    return `${planned} cells answered once each time: ${seen.join(", ")}`;
  },
};
