import { seededRandom } from "@bentham/core";
import type { Fault } from "../fault.ts";
import { QUEUE, SimulatedRun } from "../simulation/simulated-run.ts";
import { SimulatedSurface } from "../simulation/simulated-surface.ts";
import { SimulatedWorker } from "../simulation/simulated-worker.ts";
import { expectThat } from "../support/check.ts";

const CELLS = 400;
const CONCURRENCY = 12;

export const fault: Fault = {
  id: "hanging-lane",
  title: "one of three surfaces hangs, on a simulated clock",
  matrix: [45],
  inEveryTest: true,
  isSimulated: true,
  expected: "the two others get all slots that are not the hanging one's share of a third",
  async run() {
    const [alone, beside] = [await healthyTime("fair"), await healthyTime("hang")];
    // Of 12 slots the surface that hangs keeps 4 for as long as it is asked: the others go on with 8, which takes them no
    // more than half as long again.
    const factor = beside / alone;
    expectThat(factor <= 1.5, `beside a surface that hangs, the others took ${factor.toFixed(2)} times as long`);
    return `${factor.toFixed(2)} times as long as beside a surface that works`;
  },
};

/** How long two surfaces take for their cells beside a third one, in milliseconds. */
async function healthyTime(third: "fair" | "hang"): Promise<number> {
  const healthy = ["one", "two"];
  await using simulated = await SimulatedRun.open({
    surfaces: [...healthy, "third"],
    cells: CELLS,
    settings: { limits: {}, retry: {}, onUncertain: "repeat" },
    seed: "hanging-lane/store",
  });
  const { clock, store, run } = simulated;
  const surfaceOf = (id: string, kind: "fair" | "hang"): SimulatedSurface =>
    new SimulatedSurface({ clock, random: seededRandom(`hanging-lane/${id}`), weather: () => ({ kind }), failures: 0 });
  const surfaces = new Map([
    ...healthy.map((id) => [id, surfaceOf(id, "fair")] as const),
    ["third", surfaceOf("third", third)],
  ]);
  const worker = await SimulatedWorker.start({
    clock,
    queue: store,
    queueName: QUEUE,
    random: seededRandom("hanging-lane/worker"),
    adapterOf: (id) => surfaces.get(id)?.adapter ?? surfaceOf(id, "fair").adapter,
    concurrency: CONCURRENCY,
    leaseMs: 60_000,
    workerId: "worker",
  });
  const answered = async (): Promise<number> => {
    const lanes = await store.lanes(run.runId);
    return lanes.filter(({ lane }) => lane !== "third").reduce((sum, { ledger }) => sum + ledger.answered, 0);
  };
  while ((await answered()) < healthy.length * CELLS && clock.monotonic() < 3_600_000) await clock.advance(500);
  const took = clock.monotonic();
  const ending = worker.end(0);
  await clock.advance(5000);
  await ending;
  return took;
}
