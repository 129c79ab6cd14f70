import { startLlmServer } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { checkAllAnswered, checkInvariants } from "../support/check-invariants.ts";
import { expectEqual, expectThat, until, withinBound } from "../support/check.ts";
import { StoreFile } from "../support/store.ts";
import { writeCanaryStudy } from "../support/study.ts";

const SURFACES = 3;
/** Slots of each surface. */
const SLOTS = 3;

export const fault: Fault = {
  id: "surface-hangs",
  title: "one of three surfaces takes questions and never says a word, with a time limit of an hour",
  matrix: [45],
  inEveryTest: true,
  expected:
    "the other two are answered to the end while the first one's questions hang, which are no more than its slots",
  async run(scale) {
    const each = scale === "full" ? 100 : 15;
    const planned = SURFACES * each;
    await using desk = await Desk.open();
    const keys = [desk.canary];
    await using hanging = await startLlmServer({ keys, scenarios: [{ scenario: { kind: "stall" } }] });
    await using first = await startLlmServer({ keys });
    await using second = await startLlmServer({ keys });
    await writeCanaryStudy(desk, {
      url: hanging.url,
      otherUrls: [first.url, second.url],
      questions: each,
      concurrency: SURFACES * SLOTS,
      configuration: "worker: { timeout: 3600000, grace: 0 }",
    });
    // Nothing that hangs comes to an end by itself: whoever waited for it would wait for an hour.
    const run = desk.start(["run"]);
    await until(
      "the healthy surfaces' last questions",
      60_000,
      () => first.asks.length + second.asks.length === 2 * each,
    );
    await until("their answers", 60_000, async () => (await desk.ledger()).answered === 2 * each);
    expectEqual("questions that hang, and were asked", [hanging.inFlight, hanging.asks.length], [SLOTS, SLOTS]);
    for (const { mostInFlight } of [first, second]) {
      expectThat(mostInFlight <= SLOTS, `${mostInFlight} questions at once, with ${SLOTS} slots`);
    }

    run.process.kill("SIGINT");
    const stopped = await withinBound("stopping", 20_000, run.ended);
    expectEqual(`exit code when stopped (${stopped.stderr})`, stopped.code, 11);
    await until("connections closed at the surface", 10_000, () => hanging.inFlight === 0);
    const asked = (): number => hanging.asks.length + first.asks.length + second.asks.length;
    await checkInvariants(desk, { planned, asks: asked(), pending: each });

    hanging.setScenarios([]);
    const { code, stderr } = await withinBound("the run, once it speaks,", 60_000, desk.run(["run"]));
    expectEqual(`exit code (${stderr})`, code, 0);
    await checkAllAnswered(desk, { planned, asks: asked() });
    using store = new StoreFile(desk);
    expectEqual("tries spent", store.count("SELECT SUM(failures) FROM job"), 0);
    return `${2 * each} cells answered beside ${SLOTS} questions that hung; the other ${each} once it spoke, with ${asked()} asks in all`;
  },
};
