import { seededRandom } from "@bentham/core";
import { spawnLlmServer } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { checkInvariants } from "../support/check-invariants.ts";
import { expectEqual, expectThat, until } from "../support/check.ts";
import { writeCanaryStudy } from "../support/study.ts";
import { untilAsked } from "../support/until-asked.ts";

/** How soon a cancelled or paused job must have let go of its surface, in milliseconds. */
const SOON = 2000;
/** What starting a command takes on a busy machine, in milliseconds. */
const START = 4000;
/** How long a run may take to have its first jobs wait, in milliseconds. */
const PATIENCE = 180_000;

export const fault: Fault = {
  id: "cancel-run",
  title: "a run is cancelled, and one is paused, while jobs wait for answers; runs are cancelled at any moment",
  matrix: [42],
  inEveryTest: true,
  expected: "what is under way lets go of the surface within 2 s; each cell is answered or cancelled, never both",
  async run(scale) {
    const [letGo, paused] = [await letsGo("cancel", 3), await letsGo("pause", 11)];
    const rounds = scale === "full" ? 25 : 2;
    let [answered, cancelled] = [0, 0];
    for (let round = 1; round <= rounds; round++) {
      const ledger = await race(seededRandom(`cancel-run ${round}`)());
      answered += ledger.answered;
      cancelled += ledger.cancelled;
    }
    return `let go ${letGo} ms after cancel, ${paused} ms after pause; at ${rounds} moments ${answered} answered, ${cancelled} cancelled`;
  },
};

/** How long after a command jobs that would wait for ever let go of their surface, in milliseconds. */
async function letsGo(verb: "cancel" | "pause", exitCode: number): Promise<number> {
  await using server = await spawnLlmServer({ scenarios: [{ scenario: { kind: "stall" } }] });
  await using desk = await Desk.open();
  await writeCanaryStudy(desk, { url: server.url, questions: 8, concurrency: 4 });
  const run = desk.start(["run", "study.yaml"]);
  await until(`${verb}: jobs that wait`, PATIENCE, async () => (await server.report()).inFlight === 4);
  expectEqual(`${verb}: exit code`, (await desk.run([verb, "study.yaml"])).code, 0);
  const since = performance.now();
  await until(`${verb}: jobs let go`, SOON + START, async () => (await server.report()).inFlight === 0);
  const took = Math.round(performance.now() - since);
  expectThat(took <= SOON, `${verb}: it took ${took} ms to let go`);
  expectEqual(`${verb}: exit code of the run`, (await run.ended).code, exitCode);
  const asks = (await server.asks()).length;
  await checkInvariants(desk, { planned: 8, asks, pending: verb === "pause" ? 8 : 0 });
  return took;
}

/** Cancels a run at a moment of it, from 0 to 1. */
async function race(moment: number): Promise<{ readonly answered: number; readonly cancelled: number }> {
  const planned = 30;
  await using server = await spawnLlmServer({ scenarios: [{ scenario: { kind: "answer", delayMs: 300 } }] });
  await using desk = await Desk.open();
  await writeCanaryStudy(desk, { url: server.url, questions: planned, concurrency: 4 });
  const run = desk.start(["run", "study.yaml"]);
  await untilAsked(server, Math.ceil(1 + moment * (planned - 10)));
  expectEqual("exit code of cancel", (await desk.run(["cancel", "study.yaml"])).code, 0);
  const { code, stderr } = await run.ended;
  expectThat(code === 3 || code === 0, `exit code ${code}: ${stderr}`);
  const ledger = await checkInvariants(desk, { planned, asks: (await server.asks()).length });
  expectEqual("cells that ended", ledger.answered + ledger.cancelled, planned);
  return ledger;
}
