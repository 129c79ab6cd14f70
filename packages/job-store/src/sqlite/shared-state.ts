import type { Json } from "@bentham/core";
import { text } from "./row.ts";
import type { StoreContext } from "./store-context.ts";

/** The value under a key, unless it has expired. */
export function readShared({ database, now }: StoreContext, key: string): Json | undefined {
  const row = database.row(
    "SELECT value FROM shared_state WHERE key = ? AND (expires_at IS NULL OR expires_at > ?)",
    key,
    now(),
  );
  return row && JSON.parse(text(row, "value"));
}

/** Replaces the value under a key by what `change` makes of it. Runs inside a transaction. */
export function updateShared(
  context: StoreContext,
  key: string,
  change: (current: Json | undefined) => Json | undefined,
  ttlMs?: number,
): Json | undefined {
  const { database, now } = context;
  const value = change(readShared(context, key));
  if (value === undefined) {
    database.change("DELETE FROM shared_state WHERE key = ?", key);
  } else {
    database.change(
      `INSERT INTO shared_state (key, value, expires_at) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at`,
      key,
      JSON.stringify(value),
      ttlMs === undefined ? null : now() + ttlMs,
    );
  }
  return value;
}
