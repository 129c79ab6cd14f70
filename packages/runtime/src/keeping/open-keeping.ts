import { existsSync } from "node:fs";
import { join } from "node:path";
import { BenthamError } from "@bentham/core";
import { openSigningKey } from "@bentham/evidence-collector";
import type { SqliteStore } from "@bentham/job-store";
import { openStore } from "../open-store.ts";
import type { KeepingParts } from "./hold-run.ts";

/** What the evidence of a data folder is kept by. Disposing it closes the store. */
export interface Keeping extends KeepingParts, AsyncDisposable {
  readonly store: SqliteStore;
}

/**
 * Opens the store, the evidence and the signing key of a data folder, and nothing that asks.
 *
 * @throws BenthamError RUN_UNKNOWN where nothing has been run; CONFIG_INVALID for a signing key that cannot be used.
 */
export async function openKeeping(folder: string): Promise<Keeping> {
  if (!existsSync(join(folder, "bentham.db"))) {
    throw new BenthamError("RUN_UNKNOWN", `nothing has been run in ${folder}: name the data folder with --dir`);
  }
  const signingKey = await openSigningKey(join(folder, "signing-key.pem"));
  const store = await openStore(folder);
  return {
    store,
    evidenceFolder: join(folder, "evidence"),
    signingKey,
    [Symbol.asyncDispose]: () => store.close(),
  };
}
