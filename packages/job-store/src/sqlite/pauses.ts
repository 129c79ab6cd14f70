import type { Pause, PauseScope, Wait } from "@bentham/core";
import type { Database } from "./database.ts";
import { Kept } from "./kept.ts";
import { optionalNumber, type Row, text } from "./row.ts";

const pauses = new Kept<Row[]>();

/** Writes a pause; a longer one that is there already stays. */
export function writePause(database: Database, now: number, { scope, forMs, reason }: Pause): void {
  const until = forMs === Infinity ? null : now + forMs;
  database.forget();
  database.change(
    `INSERT INTO pause (kind, id, until, reason) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET until = excluded.until, reason = excluded.reason
     WHERE pause.until IS NOT NULL AND (excluded.until IS NULL OR excluded.until > pause.until)`,
    scope.kind,
    scope.id,
    until,
    reason,
  );
}

/** Ends a pause. */
export function removePause(database: Database, scope: PauseScope): void {
  database.forget();
  database.change("DELETE FROM pause WHERE kind = ? AND id = ?", scope.kind, scope.id);
}

/** The pause on something, if it is paused now. */
export function pauseOn(database: Database, now: number, kind: PauseScope["kind"], id: string): Wait | undefined {
  const [row] = pauses.get(database, `${kind} ${id}`, () =>
    database.rows("SELECT until, reason FROM pause WHERE kind = ? AND id = ?", kind, id),
  );
  if (!row) return undefined;
  const forMs = (optionalNumber(row, "until") ?? Infinity) - now;
  return forMs > 0 ? { forMs, reason: text(row, "reason"), scope: kind } : undefined;
}
