import { closeSync, openSync, readSync } from "node:fs";
import { type ArchivedLine, BenthamError, type Clock, type Json, type Run, type SharedState } from "@bentham/core";
import { folderNameOf } from "@bentham/evidence-collector";
import type { PublicKey } from "@bentham/evidence-collector/bundle";
import type { SqliteStore } from "@bentham/job-store";
import { openStore } from "../open-store.ts";
import { rootKey } from "../seal-run-root.ts";
import { software } from "../software.ts";
import type { Keeping } from "./open-keeping.ts";

/** The first line of the rows of a bundle. */
const FORMAT = "bentham-bundle/1";

/** How a run came here that was made elsewhere. */
interface ImportedRun {
  /** The key that its bundle was signed with, in PEM. */
  readonly keyPem: string;
  readonly signedBy: string;
}

/**
 * Writes a run with its evidence as one file.
 *
 * @returns SHA-256 (hex) of the bundle's tag manifest.
 * @throws BenthamError USAGE when the run does not rest, or `out` is there.
 */
export async function bundleRun(keeping: Keeping, { runId }: Run, out: string): Promise<string> {
  const { store, evidenceFolder: folder, signingKey } = keeping;
  const rows = async function* lines(): AsyncIterable<string> {
    yield JSON.stringify({ format: FORMAT, runId, root: (await store.read(rootKey(runId))) ?? null });
    for await (const line of store.archiveRun(runId)) yield JSON.stringify(line);
  };
  const { writeBundle } = await import("@bentham/evidence-collector/bundle");
  try {
    return await writeBundle({ out, folder, runId, rows: rows(), signingKey, software });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    throw new BenthamError("USAGE", `${out} is there already, and is not overwritten`, { cause: error });
  }
}

/** Where a bundle is taken in. */
export interface UnbundleOptions {
  readonly file: string;
  readonly store: SqliteStore;
  readonly evidenceFolder: string;
  /** The key that it must be signed with. @default its own */
  readonly key?: PublicKey | undefined;
  readonly clock?: Clock;
}

/**
 * Takes a bundled run in: files first, then all of its rows in one transaction, so that it is there whole or not at all.
 *
 * @returns its id, and who signed it.
 * @throws BenthamError USAGE for what is no whole bundle, or when the run is here already. Then nothing was changed.
 */
export async function unbundleRun(
  options: UnbundleOptions,
): Promise<{ readonly runId: string; readonly signedBy: string }> {
  const { file, store, evidenceFolder: folder, key } = options;
  const { openBundle } = await import("@bentham/evidence-collector/bundle");
  await using bundle = await openBundle({ file, folder, key });
  const [head] = linesIn(bundle.rows);
  const { format, runId, root }: { readonly [member: string]: Json } = JSON.parse(head ?? "{}");
  if (format !== FORMAT || typeof runId !== "string") {
    throw new BenthamError("USAGE", `${file} is no bundle that this Bentham can read. Nothing was changed`);
  }
  if (await store.findRun(runId))
    throw new BenthamError("USAGE", `there is a run ${runId} already: nothing was changed`);
  await bundle.place(folderNameOf(runId));
  const imported: ImportedRun = { keyPem: bundle.keyPem, signedBy: bundle.signedBy };
  await store.restoreRun(rowsIn(bundle.rows, runId), {
    [importKey(runId)]: { ...imported },
    ...(root ? { [rootKey(runId)]: root } : {}), // Without it, a root that is taken away would not be missed.
  });
  await store.log(runId, "imported", { signedBy: bundle.signedBy });
  return { runId, signedBy: bundle.signedBy };
}

/** How a run came here; undefined for one that was made here. */
async function importOf(store: SharedState, runId: string): Promise<ImportedRun | undefined> {
  const value = await store.read(importKey(runId));
  if (typeof value !== "object" || value === null || !("keyPem" in value)) return undefined;
  const { keyPem, signedBy } = value;
  return typeof keyPem === "string" && typeof signedBy === "string" ? { keyPem, signedBy } : undefined;
}

function importKey(runId: string): string {
  return `imported/${runId}`;
}

function* rowsIn(path: string, runId: string): Iterable<ArchivedLine> {
  let isHead = true;
  for (const line of linesIn(path)) {
    if (!isHead) {
      const row: ArchivedLine = JSON.parse(line);
      if (row.row["run_id"] !== runId) throw new BenthamError("USAGE", "the bundle's rows are not those of its run");
      yield row;
    }
    isHead = false;
  }
}

/** The lines of a file, read as they are asked for: a transaction cannot wait. */
function* linesIn(path: string): Iterable<string> {
  const descriptor = openSync(path, "r");
  try {
    const chunk = Buffer.alloc(65_536);
    let rest = Buffer.alloc(0);
    for (let read = readSync(descriptor, chunk); read > 0; read = readSync(descriptor, chunk)) {
      rest = Buffer.concat([rest, chunk.subarray(0, read)]);
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
        yield rest.toString("utf8", 0, end);
        rest = rest.subarray(end + 1);
      }
    }
  } finally {
    closeSync(descriptor);
  }
}

/** The keys (PEM) that the bundles of a data folder's imported runs were signed with, by the names of the runs' folders. */
export async function importedKeys(data: string): Promise<ReadonlyMap<string, string>> {
  await using store = await openStore(data);
  const keys = new Map<string, string>();
  for (const { runId } of await store.runs()) {
    const imported = await importOf(store, runId);
    if (imported) keys.set(folderNameOf(runId), imported.keyPem);
  }
  return keys;
}
