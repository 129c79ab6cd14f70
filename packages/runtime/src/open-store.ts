import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { openSqliteStore, type SqliteStore } from "@bentham/job-store";

/** Opens the store of a data folder, making both where there are none. */
export async function openStore(folder: string): Promise<SqliteStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return openSqliteStore({ path: join(folder, "bentham.db") });
}
