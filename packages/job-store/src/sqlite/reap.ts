import { MOST_CRASHES } from "./claim.ts";
import { endAttempt } from "./endings.ts";
import { endWithout, freeJob } from "./free-job.ts";
import { isGone, type Owner } from "./owner.ts";
import { number, type Row, text } from "./row.ts";
import type { StoreContext } from "./store-context.ts";

/**
 * Takes back the leases of workers that are gone, and those that have run out: a worker that let its lease run out has
 * stalled or lost the store, and its late writes are refused by the token. Runs inside a transaction.
 *
 * @returns how many.
 */
export function reapLeases(context: StoreContext): number {
  const { database, now } = context;
  const gone = goneWorkers(context);
  const rows = database.rows(
    `SELECT * FROM job WHERE state = 'leased' AND (lease_until < ? OR worker_id IN (SELECT value FROM json_each(?)))`,
    now(),
    JSON.stringify(gone),
  );
  if (rows.length > 0) database.forget();
  for (const job of rows) takeBack(context, job);
  for (const workerId of gone) database.change("DELETE FROM worker WHERE worker_id = ?", workerId);
  return rows.length;
}

/** Keeps who a worker is, so that others can tell when it is gone. */
export function registerWorker({ database, here }: StoreContext, workerId: string): void {
  database.change(
    `INSERT INTO worker (worker_id, pid, start_time, namespace, boot_id) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    workerId,
    here.pid,
    here.startTime,
    here.namespace,
    here.bootId,
  );
}

/** Whether any lease is there to be taken back: a look without the lock. */
export function hasLeasesToReap(context: StoreContext): boolean {
  const { database, now } = context;
  const expired = database.row("SELECT 1 FROM job WHERE state = 'leased' AND lease_until < ? LIMIT 1", now());
  return expired !== undefined || goneWorkers(context).length > 0;
}

/** Jobs of a lane that a worker which is still there has under lease. */
export function livingIn(context: StoreContext, lane: string): number {
  const { database, now } = context;
  const row = database.row(
    `SELECT COUNT(*) AS jobs FROM job WHERE state = 'leased' AND lane = ? AND lease_until >= ?
       AND worker_id NOT IN (SELECT value FROM json_each(?))`,
    lane,
    now(),
    JSON.stringify(goneWorkers(context)),
  );
  return row ? number(row, "jobs") : 0;
}

function goneWorkers({ database, here }: StoreContext): string[] {
  return database
    .rows("SELECT * FROM worker")
    .filter((row) => isGone(ownerOf(row), here))
    .map((row) => text(row, "worker_id"));
}

function ownerOf(row: Row): Owner {
  return {
    pid: number(row, "pid"),
    startTime: text(row, "start_time"),
    namespace: text(row, "namespace"),
    bootId: text(row, "boot_id"),
  };
}

function takeBack(context: StoreContext, job: Row): void {
  const crashes = number(job, "crashes") + 1;
  const message = "the worker was gone, or silent for longer than its lease";
  endAttempt(context, job, { outcome: "interrupted", code: "LEASE_LOST", message });
  context.database.change("UPDATE job SET crashes = ? WHERE seq = ?", crashes, number(job, "seq"));
  if (crashes >= MOST_CRASHES) {
    endWithout(context, job, "failed", "POISONED", `${crashes} workers were lost while they ran this job`);
  } else {
    freeJob(context, job);
  }
}
