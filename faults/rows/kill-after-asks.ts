import { spawnLlmServer } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { checkAllAnswered } from "../support/check-invariants.ts";
import { expectEqual, expectThat } from "../support/check.ts";
import { writeCanaryStudy } from "../support/study.ts";
import { untilAsked } from "../support/until-asked.ts";

const CONCURRENCY = 8;

export const fault: Fault = {
  id: "kill-after-asks",
  title: "kill -9 in the middle of a run, again and again, with leases of an hour",
  matrix: [1],
  inEveryTest: true,
  expected:
    "the same command goes on at once; the ledger adds up; no more asks than cells and those in flight at the kills",
  async run(scale) {
    const [planned, kills] = scale === "full" ? [200, [3, 40, 120]] : [30, [3, 15]];
    await using server = await spawnLlmServer({ scenarios: [{ scenario: { kind: "answer", delayMs: 50 } }] });
    await using desk = await Desk.open();
    await writeCanaryStudy(desk, {
      url: server.url,
      questions: planned,
      concurrency: CONCURRENCY,
      configuration: "worker: { leaseMs: 3600000 }",
    });
    let inFlight = 0;
    for (const asks of kills) {
      const run = desk.start(["run", "study.yaml"]);
      await Promise.race([untilAsked(server, asks), run.ended]);
      run.process.kill("SIGKILL");
      expectEqual("signal", (await run.ended).signal, "SIGKILL");
      // As the store has it: what was on its way at the kill may reach the server a moment later.
      const { answered, asks: asked } = await desk.ledger();
      expectThat(asked - answered - inFlight <= CONCURRENCY, `${asked} asked and ${answered} answered at the kill`);
      inFlight = asked - answered;
    }
    const { code, stderr } = await desk.run(["run", "study.yaml"]);
    expectEqual(`exit code (${stderr})`, code, 0);
    const asks = (await server.asks()).length;
    await checkAllAnswered(desk, { planned, asks, killed: kills.length * CONCURRENCY });
    expectThat(asks <= planned + inFlight, `${asks} asks for ${planned} cells and ${inFlight} in flight at the kills`);
    return `${kills.length} kills, ${planned} cells answered once, ${asks} asks, ${inFlight} in flight at the kills`;
  },
};
