import { join } from "node:path";
import { openSqliteStore, type SqliteStore } from "@bentham/job-store";
import { makeFolder } from "./make-folder.ts";

/** Opens the store of a data folder, making both where there are none. */
export async function openStore(folder: string): Promise<SqliteStore> {
  await makeFolder(folder, "USAGE");
  return openSqliteStore({ path: join(folder, "bentham.db") });
}
