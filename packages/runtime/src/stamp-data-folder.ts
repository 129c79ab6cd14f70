import { join } from "node:path";
import type { RunStore, SharedState } from "@bentham/core";
import { BagCopier } from "@bentham/evidence-collector";
import { createProxyManager } from "@bentham/proxy-manager";
import type { CredentialSources } from "./credential-problems.ts";
import { evidenceStoreOf } from "./evidence-store-of.ts";
import { readPemFiles } from "./read-pem-files.ts";
import { type StampReport, stampWaitingRoots } from "./time-stamps.ts";

/**
 * Gets the time stamps that roots of a data folder wait for, without anything else; copies of them are begun, where evidence
 * is copied, and left to the next command when they take longer.
 *
 * @throws BenthamError CONFIG_INVALID; or the error of the store.
 */
export async function stampDataFolder(
  store: RunStore & SharedState,
  { allowPrivate, ...sources }: CredentialSources & { readonly allowPrivate?: boolean | undefined },
  signal: AbortSignal,
): Promise<StampReport> {
  const { configuration, folder } = sources;
  const evidenceFolder = join(folder, "evidence");
  const mayBePrivate = allowPrivate ?? configuration.allowPrivate ?? false;
  const authorities = await readPemFiles(configuration, "authorities", configuration.authorities ?? []);
  await using ways = createProxyManager({ allowPrivate: mayBePrivate, authorities });
  const fetch = ways.direct;
  const evidenceStore = evidenceStoreOf({ ...sources, allowPrivate: mayBePrivate, fetch });
  await using copier = evidenceStore && new BagCopier({ folder: evidenceFolder, store: evidenceStore });
  return await stampWaitingRoots({ store, evidenceFolder, configuration, fetch, copier }, signal);
}
