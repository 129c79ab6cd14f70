import type { HeldLeases } from "@bentham/core";
import { optionalText, text } from "./row.ts";
import type { StoreContext } from "./store-context.ts";

/** Renews the leases of a worker. One that has run out stays so: others may have counted on it. */
export function renewLeases({ database, now }: StoreContext, workerId: string, leaseMs: number): void {
  const time = now();
  database.forget();
  database.change(
    "UPDATE job SET lease_until = ? WHERE state = 'leased' AND worker_id = ? AND lease_until >= ?",
    time + leaseMs,
    workerId,
    time,
  );
}

/** The leases that a worker holds, and which of them belong to a run that somebody has paused. */
export function heldLeases({ database, now }: StoreContext, workerId: string): HeldLeases {
  const time = now();
  const rows = database.rows(
    `SELECT j.lease_token, p.reason FROM job j
     LEFT JOIN pause p ON p.kind = 'run' AND p.id = j.run_id AND (p.until IS NULL OR p.until > ?)
     WHERE j.state = 'leased' AND j.worker_id = ? AND j.lease_until >= ?`,
    time,
    workerId,
    time,
  );
  return new Map(
    rows.map((row) => [text(row, "lease_token"), optionalText(row, "reason") === undefined ? "runs" : "paused"]),
  );
}
