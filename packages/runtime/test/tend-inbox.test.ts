import { join } from "node:path";
import type { ClaimedJob, LeaseEnding } from "@bentham/core";
import { createCredentialVault } from "@bentham/credential-vault";
import { openSqliteStore } from "@bentham/job-store";
import { startRun } from "@bentham/orchestrator";
import { tendInbox } from "@bentham/runtime";
import { SimulatedClock, withTemporaryFolder } from "@bentham/testbed";
import { expect, test } from "vitest";
import { plannedStudy } from "./support/planned-study.ts";

const DAY = 24 * 3_600_000;

const met = { outcome: "parked", code: "CHALLENGE", message: "a challenge" } as const;

/** A store on a simulated clock, a vault with one account, and two jobs that are parked for it. */
async function withParked(
  use: (desk: {
    readonly parts: Parameters<typeof tendInbox>[0];
    readonly clock: SimulatedClock;
    readonly shutOut: (ending: LeaseEnding) => Promise<void>;
  }) => Promise<void>,
): Promise<void> {
  await withTemporaryFolder(async (folder) => {
    const clock = new SimulatedClock();
    await using store = await openSqliteStore({
      path: join(folder, "bentham.db"),
      clock,
      time: { bootId: "simulated", monotonic: () => clock.monotonic(), wall: () => clock.now() },
    });
    const pools = { team: { variable: "TEAM", hosts: ["a.example"] } };
    const credentialVault = createCredentialVault({ pools, environment: { TEAM: "value" }, state: store, clock });
    const planned = plannedStudy("http://127.0.0.1:1", 2);
    const surfaces = planned.plan.surfaces.map((surface) => ({ ...surface, credentialPool: "team" }));
    await startRun(store, { ...planned, plan: { ...planned.plan, surfaces } }, { queueName: "queue" });
    const jobs = await store.claim({ queueName: "queue", workerId: "worker", limit: 2, leaseMs: 60_000 });
    const shutOut = async (ending: LeaseEnding): Promise<void> => (await credentialVault.lease("team")).release(ending);
    await shutOut(met);
    const park = (job: ClaimedJob): Promise<unknown> => store.park(job, { ...met, account: "team/TEAM" });
    for (const job of jobs) await park(job);
    await use({ parts: { store, credentialVault, configuration: {} }, clock, shutOut });
  });
}

test("what nobody has seen to within a week ends as blocked, and says so", async () => {
  await withParked(async ({ parts, clock }) => {
    const { store } = parts;
    await clock.advance(7 * DAY - 1);
    await tendInbox(parts);
    expect(await store.ledger("study-1")).toMatchObject({ parked: 2, blocked: 0 });
    await clock.advance(1);
    await tendInbox(parts);
    expect(await store.inboxItems()).toEqual([]);
    expect(await store.ledger("study-1")).toMatchObject({ parked: 0, blocked: 2 });
    expect(await store.reasons("study-1")).toMatchObject([
      { state: "blocked", code: "CHALLENGE", cells: 2, example: "nobody saw to it within 7 days: a challenge" },
    ]);
  });
});

test("how long that is, the operator says", async () => {
  await withParked(async ({ parts, clock }) => {
    await clock.advance(3_600_000);
    await tendInbox({ ...parts, configuration: { inbox: { expiresAfter: 3_600_000 } } });
    expect(await parts.store.ledger("study-1")).toMatchObject({ blocked: 2 });
  });
});

test("an account that was reopened has its jobs asked again, and no sooner", async () => {
  await withParked(async ({ parts }) => {
    const { store, credentialVault } = parts;
    await tendInbox(parts);
    expect(await store.ledger("study-1")).toMatchObject({ parked: 2, pending: 0 });
    expect(await credentialVault.reopen("team")).toEqual(["TEAM"]);
    await tendInbox(parts);
    expect(await store.ledger("study-1")).toMatchObject({ parked: 0, pending: 2 });
    expect(await store.inboxItems()).toEqual([]);
  });
});
