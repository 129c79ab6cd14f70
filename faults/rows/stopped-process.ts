import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { spawnLlmServer } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { Desk, type StartOptions, type Started } from "../support/bentham.ts";
import { checkAnsweredRun } from "../support/check-run.ts";
import { expectEqual, expectThat } from "../support/check.ts";
import { checkNothingHeld } from "../support/held.ts";
import { writeStudy } from "../support/study.ts";
import { untilAsked } from "../support/until-asked.ts";

const CONCURRENCY = 4;
/** Long enough for a busy machine to renew in time, in milliseconds: three leases that run out would end a job as poisoned. */
const LEASE = 2500;

export const fault: Fault = {
  id: "stopped-process",
  title: "a worker is stopped (SIGSTOP), or its event loop is blocked, for longer than its leases, and goes on",
  matrix: [5, 6],
  inEveryTest: true,
  expected: "another worker takes its jobs over; what the late one brings is refused; each cell is answered once",
  async run(scale) {
    const planned = scale === "full" ? 60 : 16;
    const stopped = await late(planned, {}, async ({ process }, desk) => {
      process.kill("SIGSTOP");
      // One that is stopped with the lock in its hands holds up everybody, as it would with any file: another moment, then.
      while (isLocked(desk)) {
        process.kill("SIGCONT");
        await sleep(5);
        process.kill("SIGSTOP");
      }
      return () => void process.kill("SIGCONT");
    });
    const breakAt = { event: "job:ask", nth: CONCURRENCY, how: "block", blockMs: 10 * LEASE } as const;
    const blocked = await late(planned, { breakAt }, async () => () => undefined);
    return `stopped: ${stopped}; blocked: ${blocked}`;
  },
};

/** Stops a run; gives what lets it go on. */
type Stop = (run: Started, desk: Desk) => Promise<() => void>;

/** Lets a run be late in its own way, and a worker take over what it has in hand. */
async function late(planned: number, options: StartOptions, stop: Stop): Promise<string> {
  await using server = await spawnLlmServer({ scenarios: [{ scenario: { kind: "answer", delayMs: 500 } }] });
  await using desk = await Desk.open();
  const configuration = `worker: { leaseMs: ${LEASE} }`;
  await writeStudy(desk, { url: server.url, questions: planned, concurrency: CONCURRENCY, configuration });
  const zombie = desk.start(["run", "study.yaml"], options);
  await untilAsked(server, CONCURRENCY - 1);
  const goOn = await stop(zombie, desk);
  const heir = desk.start(["worker"]);
  // Only once the heir has asked all of them again is the other one late.
  await Promise.race([untilAsked(server, planned), endedTooSoon(heir)]);
  goOn();
  const { code, stderr } = await zombie.ended;
  expectEqual(`exit code of the late run (${stderr})`, code, 0);
  heir.process.kill("SIGTERM");
  expectEqual(`exit code of the worker (${(await heir.ended).stderr})`, (await heir.ended).code, 0);
  await checkAnsweredRun(desk, planned);
  const { crashes, brokenOff } = await checkNothingHeld(desk);
  const asks = (await server.asks()).length;
  expectThat(crashes > 0, "no lease ran out");
  expectThat(asks <= planned + brokenOff, `${asks} asks for ${planned} cells and ${brokenOff} attempts broken off`);
  return `${crashes} leases ran out, ${asks} asks for ${planned} cells, each answered once`;
}

async function endedTooSoon({ ended }: Started): Promise<never> {
  const { code, stderr } = await ended;
  throw new Error(`the worker has ended with ${code}: ${stderr}`);
}

/** Whether somebody holds the lock of a desk's store. */
function isLocked(desk: Desk): boolean {
  using database = new DatabaseSync(join(desk.folder, ".bentham", "bentham.db"), { timeout: 100 });
  try {
    database.exec("BEGIN IMMEDIATE; ROLLBACK");
    return false;
  } catch {
    return true; // That it is busy is all that can go wrong here.
  }
}
