import type { EvidenceStore } from "@bentham/core";
import { createProxyManager } from "@bentham/proxy-manager";
import type { CredentialSources } from "./credential-problems.ts";
import { evidenceStoreOf } from "./evidence-store-of.ts";
import { readPemFiles } from "./read-pem-files.ts";

/** A store of evidence, with the way there. Disposing it closes the connections. */
export interface OpenedEvidenceStore extends AsyncDisposable {
  readonly store: EvidenceStore;
}

/**
 * Opens the store that a configuration has bags copied to, without anything else; undefined where it has none.
 *
 * @throws BenthamError CONFIG_INVALID.
 */
export async function openEvidenceStore({
  allowPrivate,
  ...sources
}: CredentialSources & { readonly allowPrivate?: boolean | undefined }): Promise<OpenedEvidenceStore | undefined> {
  const { configuration } = sources;
  const mayBePrivate = allowPrivate ?? configuration.allowPrivate ?? false;
  const authorities = await readPemFiles(configuration, "authorities", configuration.authorities ?? []);
  await using made = new AsyncDisposableStack();
  const ways = made.use(createProxyManager({ allowPrivate: mayBePrivate, authorities }));
  const store = evidenceStoreOf({ ...sources, allowPrivate: mayBePrivate, fetch: ways.direct });
  if (!store) return undefined;
  const owned = made.move();
  return { store, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
