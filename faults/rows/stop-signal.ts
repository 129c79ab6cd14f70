import { spawnLlmServer } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { checkAnsweredRun } from "../support/check-run.ts";
import { expectEqual, expectThat } from "../support/check.ts";
import { checkNothingHeld } from "../support/held.ts";
import { writeStudy } from "../support/study.ts";
import { untilAsked } from "../support/until-asked.ts";

/** How long jobs in hand may take to finish, in milliseconds. */
const GRACE = 1500;

export const fault: Fault = {
  id: "stop-signal",
  title: "SIGTERM in the middle of a run, once and twice, with jobs that are shorter and longer than the grace time",
  matrix: [3, 4],
  expected: "short jobs finish, long ones go back unspent; exit 11 within the grace time and 5 s; twice: 13 within 2 s",
  async run(scale) {
    const planned = scale === "full" ? 60 : 12;
    // Every other question is never answered.
    await using server = await spawnLlmServer({
      scenarios: [
        { scenario: { kind: "answer", delayMs: 300 } },
        ...[2, 4, 6, 8].map((nth) => ({ nth, scenario: { kind: "stall" } as const })),
      ],
    });
    await using desk = await Desk.open();
    const configuration = `worker: { grace: ${GRACE} }`;
    await writeStudy(desk, { url: server.url, questions: planned, concurrency: 4, configuration });
    const once = desk.start(["run", "study.yaml"]);
    await untilAsked(server, 4);
    const stoppedAt = performance.now();
    once.process.kill("SIGTERM");
    const { code, stderr } = await once.ended;
    const took = performance.now() - stoppedAt;
    expectEqual(`exit code (${stderr})`, code, 11);
    expectThat(took <= GRACE + 5000, `it took ${Math.round(took)} ms to stop`);
    const { answered } = await desk.ledger();
    const returned = (await server.asks()).length - answered;
    expectThat(answered > 0 && returned > 0, `${answered} answered and ${returned} returned`);
    expectEqual("charges", await checkNothingHeld(desk), { failures: 0, crashes: 0, brokenOff: returned });

    const twice = desk.start(["run", "study.yaml"]);
    const before = (await server.asks()).length;
    await untilAsked(server, before + 2);
    twice.process.kill("SIGTERM");
    let told = "";
    for await (const chunk of twice.process.stderr ?? []) if ((told += String(chunk)).includes("once more")) break;
    const secondAt = performance.now();
    twice.process.kill("SIGTERM");
    expectEqual("exit code after the second", (await twice.ended).code, 13);
    const sooner = performance.now() - secondAt;
    expectThat(sooner <= 2000, `it took ${Math.round(sooner)} ms to stop at once`);
    expectEqual("crashes after the second", (await checkNothingHeld(desk)).crashes, 0);

    await server.setScenarios([]);
    expectEqual("exit code in the end", (await desk.run(["run", "study.yaml"])).code, 0);
    await checkAnsweredRun(desk, planned);
    await checkNothingHeld(desk);
    return `${answered} finished, ${returned} returned unspent; then ${planned} answered once`;
  },
};
