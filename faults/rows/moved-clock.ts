import { spawnLlmServer } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { checkAnsweredRun } from "../support/check-run.ts";
import { expectEqual } from "../support/check.ts";
import { checkNothingHeld } from "../support/held.ts";
import { writeStudy } from "../support/study.ts";
import { untilAsked } from "../support/until-asked.ts";

const movedClock = new URL("../support/moved-clock.ts", import.meta.url).href;
const HOUR = 3_600_000;

export const fault: Fault = {
  id: "moved-clock",
  title: "two worker processes on one store, one with its clock an hour ahead, then an hour behind",
  matrix: [40],
  expected: "no lease is stolen: as many asks as cells",
  async run(scale) {
    const planned = scale === "full" ? 100 : 20;
    for (const moved of [HOUR, -HOUR]) {
      await using server = await spawnLlmServer({ scenarios: [{ scenario: { kind: "answer", delayMs: 300 } }] });
      await using desk = await Desk.open();
      await writeStudy(desk, { url: server.url, questions: planned, concurrency: 4 });
      const environment = { NODE_OPTIONS: `--import=${movedClock}`, MOVED_CLOCK_MS: String(moved) };
      const run = desk.start(["run", "study.yaml"]);
      await untilAsked(server, 2);
      const other = desk.start(["worker"], { environment });
      const { code, stderr } = await run.ended;
      expectEqual(`exit code (${stderr})`, code, 0);
      other.process.kill("SIGTERM");
      expectEqual("exit code of the worker", (await other.ended).code, 0);
      await checkAnsweredRun(desk, planned);
      expectEqual("charges", await checkNothingHeld(desk), { failures: 0, crashes: 0, brokenOff: 0 });
      expectEqual("asks", (await server.asks()).length, planned);
    }
    return `${planned} asks for ${planned} cells, both times`;
  },
};
