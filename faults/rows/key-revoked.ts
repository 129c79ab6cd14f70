import { randomBytes } from "node:crypto";
import { type LlmServer, startLlmServer } from "@bentham/testbed";
import type { Fault, Scale } from "../fault.ts";
import { CANARY, Desk, type Ended } from "../support/bentham.ts";
import { checkAllAnswered, checkInvariants } from "../support/check-invariants.ts";
import { expectEqual, expectThat, withinBound } from "../support/check.ts";
import { eachScheme, type Scheme, servedOver } from "../support/schemes.ts";
import { StoreFile } from "../support/store.ts";
import { writeCanaryStudy, writeStudy } from "../support/study.ts";

/** Jobs in hand at once. */
const IN_FLIGHT = 4;
/** Most questions with a key that is dead: those in flight, and the two refusals that it takes to see it. */
const MOST_DEAD = IN_FLIGHT + 2;

export const fault: Fault = {
  id: "key-revoked",
  title: "a key that is revoked in the middle of a run, with another one in its pool, and with none",
  matrix: [35],
  expected: `at most ${MOST_DEAD} questions go out with the dead key, for ${IN_FLIGHT} jobs at once; another key answers all cells; without one, those that are left are pending until a person reopens the key, or gives another`,
  run: (scale) =>
    eachScheme(scale, async (scheme) => {
      const spared = await withSpare(scale, scheme);
      const alone = await withoutSpare(scale, scheme);
      return `with a spare key: ${spared} questions with the dead one, every cell answered; without: ${alone}`;
    }),
};

function sizes(scale: Scale): readonly [planned: number, good: number] {
  return scale === "full" ? [60, 30] : [14, 6];
}

/** Two keys in a pool: the cells of the dead one are asked with the other. */
async function withSpare(scale: Scale, scheme: Scheme): Promise<number> {
  const [planned, good] = sizes(scale);
  await using desk = await Desk.open();
  const spare = `SPARE-${randomBytes(12).toString("hex")}`;
  await using server = await startLlmServer({
    ...(await servedOver(desk, scheme)),
    keys: [desk.canary, spare],
    scenarios: [{ from: good + 1, keyIndex: 0, scenario: { kind: "error", status: 401 } }],
  });
  const host = JSON.stringify(new URL(server.url).host);
  const keys = [CANARY, "SPARE"].map((variable) => `{ variable: ${variable}, hosts: [${host}] }`);
  await writeStudy(desk, {
    url: server.url,
    questions: planned,
    concurrency: IN_FLIGHT,
    credential: "keys",
    configuration: `vault: { environment: { keys: [${keys.join(", ")}] } }`,
    more: "retry: { maxRetries: 0 }",
  });
  const run = await withinBound("the run", 60_000, desk.run(["run"], { environment: { SPARE: spare } }));
  expectEqual(`exit code (${run.stderr})`, run.code, 0);
  await checkAllAnswered(desk, { planned, asks: server.asks.length });
  const dead = deadAsks(server, good);
  expectThat(dead >= 1 && dead <= MOST_DEAD, `${dead} questions with the dead key, at most ${MOST_DEAD} expected`);
  using store = new StoreFile(desk);
  expectEqual("tries spent", store.count("SELECT SUM(failures) FROM job"), 0);
  return dead;
}

/** One key in the pool: what is left waits, and goes on with a key that was reopened, or with another one. */
async function withoutSpare(scale: Scale, scheme: Scheme): Promise<string> {
  const [planned, good] = sizes(scale);
  const seen: string[] = [];
  for (const remedy of ["reopened", "another value"]) {
    await using desk = await Desk.open();
    const next = `NEXT-${randomBytes(12).toString("hex")}`;
    await using server = await startLlmServer({
      ...(await servedOver(desk, scheme)),
      keys: [desk.canary, next],
      scenarios: [{ from: good + 1, keyIndex: 0, scenario: { kind: "error", status: 401 } }],
    });
    await writeCanaryStudy(desk, { url: server.url, questions: planned, concurrency: IN_FLIGHT });
    const run = await withinBound("the run", 60_000, desk.run(["run"]));
    checkPaused(run);
    const { asks } = server;
    const dead = deadAsks(server, good);
    expectThat(dead >= 2 && dead <= MOST_DEAD, `${dead} questions with the dead key, at most ${MOST_DEAD} expected`);
    const ledger = await checkInvariants(desk, { planned, asks: asks.length, pending: planned - good });
    expectEqual("answered", ledger.answered, good);

    const asked = asks.length;
    checkPaused(await withinBound("the same command", 60_000, desk.run(["run"])));
    expectEqual("questions of the same command", asks.length - asked, 0);

    if (remedy === "reopened") {
      server.setScenarios([]);
      const reopened = await desk.run(["vault", "reopen", "canary"]);
      expectEqual(`exit code of vault reopen (${reopened.stderr})`, reopened.code, 0);
    }
    const environment: Record<string, string> = remedy === "reopened" ? {} : { [CANARY]: next };
    const again = await withinBound("the run with a key that works", 60_000, desk.run(["run"], { environment }));
    expectEqual(`${remedy}: exit code (${again.stderr})`, again.code, 0);
    await checkAllAnswered(desk, { planned, asks: asks.length });
    seen.push(`${dead}, ${planned - good} cells pending, answered with the key ${remedy}`);
  }
  return seen.join("; ");
}

/** A run that waits for a person: exit code 11, and what to do. */
function checkPaused({ code, stderr }: Ended): void {
  expectEqual(`exit code (${stderr})`, code, 11);
  expectThat(
    /is suspended, .*CANARY \(AUTH_FAILED\).*bentham vault reopen canary/.test(stderr),
    `it does not say why: ${stderr}`,
  );
}

/** Questions with the first key after it was revoked. */
function deadAsks({ asks }: LlmServer, good: number): number {
  return asks.slice(good).filter(({ keyIndex }) => keyIndex === 0).length;
}
