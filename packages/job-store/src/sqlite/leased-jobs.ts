import type { AttemptRef } from "@bentham/core";
import type { Database } from "./database.ts";
import { Kept } from "./kept.ts";
import { type Row } from "./row.ts";

/** What asking and settling read of a job: each column takes its time, and these two come with every job. */
const COLUMNS =
  "seq, job_id, state, run_id, query_id, surface_id, location_id, lane, generation, attempts, asks, turn_at, lease_until";

/**
 * Rows of jobs under lease, by their tokens, as this process wrote them: they are read again once anybody else has
 * written. What changes the row of a leased job keeps the new one here, or tells the database to forget.
 */
const leased = new Kept<Row>();

/** The row of a job, if the attempt still holds its lease: every write about an attempt stands behind this. */
export function leasedJob(database: Database, { jobId, leaseToken }: AttemptRef): Row | undefined {
  const known = leased.known(database, leaseToken);
  if (known) return known["job_id"] === jobId ? known : undefined;
  const row = database.row(
    `SELECT ${COLUMNS} FROM job WHERE job_id = ? AND lease_token = ? AND state = 'leased'`,
    jobId,
    leaseToken,
  );
  if (row) keepLeased(database, leaseToken, row);
  return row;
}

/** Keeps the row of a job that is under lease, as this transaction has written it. */
export function keepLeased(database: Database, leaseToken: string, row: Row): void {
  leased.set(database, leaseToken, row);
}

/** Tells that a lease has ended. */
export function forgetLeased(database: Database, leaseToken: string): void {
  leased.delete(database, leaseToken);
}
