import { spawnLlmServer } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { checkAnsweredRun } from "../support/check-run.ts";
import { expectEqual, expectThat } from "../support/check.ts";
import { checkNothingHeld } from "../support/held.ts";
import { writeStudy } from "../support/study.ts";

/** Enough to start, and not for all that is in flight. */
const FEW = 28;

export const fault: Fault = {
  id: "few-descriptors",
  title: "a process that may open few files, and one whose output nobody reads",
  matrix: [47],
  expected: "it ends, and tells of it; nothing stays leased; without the limit the same command finishes",
  async run(scale) {
    const planned = scale === "full" ? 100 : 30;
    await using server = await spawnLlmServer({ scenarios: [{ scenario: { kind: "answer", delayMs: 50 } }] });
    await using desk = await Desk.open();
    await writeStudy(desk, { url: server.url, questions: planned, concurrency: 32 });
    const { code, stdout, stderr } = await desk.run(["run", "study.yaml"], {
      by: ["prlimit", `--nofile=${FEW}`, "--"],
    });
    expectThat(code !== null && (code === 0 || stderr !== ""), `it ended with ${code}, and told ${stdout}${stderr}`);
    const answered = (await desk.results()).filter(({ success }) => success).length;
    if (code !== 0) {
      const again = await desk.run(["run", "study.yaml"]);
      if (again.code === 3) expectEqual("exit code of retry", (await desk.run(["retry", "study.yaml"])).code, 0);
      else expectEqual(`exit code without the limit (${again.stderr})`, again.code, 0);
    }
    expectEqual("cells that are answered", (await desk.ledger()).answered, planned);
    const { failures } = await checkNothingHeld(desk);
    expectThat(failures > 0, "it had enough of them");

    const unread = desk.start(["run", "study.yaml", "--new", "--json"]);
    unread.process.stdout?.destroy();
    unread.process.stderr?.destroy();
    expectEqual("exit code when nobody reads", (await unread.ended).code, 0);
    await checkAnsweredRun(desk, planned);
    return `with ${FEW} descriptors: exit code ${code}, ${failures} retries, ${answered} answered; then all ${planned}, and again with nobody reading`;
  },
};
