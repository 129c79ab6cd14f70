import { seededRandom } from "@bentham/core";
import type { Fault } from "../fault.ts";
import { QUEUE, SimulatedRun } from "../simulation/simulated-run.ts";
import { SimulatedSurface } from "../simulation/simulated-surface.ts";
import { SimulatedWorker } from "../simulation/simulated-worker.ts";
import { expectAllAnswered, expectThat } from "../support/check.ts";

const CELLS = 10_000;
/** Questions that the surface takes a second; the worker is not told. */
const PER_SECOND = 10;
/** When the surface goes, and when it is back, in milliseconds. */
const [AWAY, BACK] = [300_000, 600_000];
/** No run can be quicker, in milliseconds. */
const LOWER_BOUND = (CELLS / PER_SECOND) * 1000 + (BACK - AWAY);

export const fault: Fault = {
  id: "long-outage",
  title:
    "a surface that takes 10 questions a second is away for 5 minutes, in a run of 10,000 cells on a simulated clock",
  matrix: [30],
  inEveryTest: true,
  isSimulated: true,
  expected: "at most 11,000 calls, every cell answered, at most 5 % longer than the surface and its outage take",
  async run() {
    await using simulated = await SimulatedRun.open({
      surfaces: ["limited"],
      cells: CELLS,
      settings: { limits: { limited: { concurrency: 64 } }, retry: { maxRetries: 5 }, onUncertain: "repeat" },
      seed: "long-outage/store",
    });
    const { clock } = simulated;
    const surface = new SimulatedSurface({
      clock,
      random: seededRandom("long-outage"),
      perSecond: PER_SECOND,
      weather: () => ({ kind: clock.monotonic() >= AWAY && clock.monotonic() < BACK ? "outage" : "fair" }),
    });
    const worker = await SimulatedWorker.start({
      clock,
      queue: simulated.store,
      queueName: QUEUE,
      random: seededRandom("long-outage/worker"),
      adapterOf: () => surface.adapter,
      concurrency: 64,
      leaseMs: 60_000,
      workerId: "worker",
    });
    while ((await simulated.ledger()).pending > 0 && clock.monotonic() < 2 * LOWER_BOUND) await clock.advance(5000);
    const took = clock.monotonic();
    const ending = worker.end(0);
    await clock.advance(5000);
    await ending;
    expectAllAnswered(await simulated.ledger(), CELLS);
    const { asks, askedAt } = surface.counts;
    const inOutage = askedAt.filter((at) => at >= AWAY && at < BACK).length;
    const over = took / LOWER_BOUND - 1;
    const seen = `${asks} calls, ${inOutage} of them in the outage, ${(100 * over).toFixed(1)} % over the lower bound`;
    expectThat(asks <= 11_000 && inOutage <= 60 && over <= 0.05, seen);
    return seen;
  },
};
