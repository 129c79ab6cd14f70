import {
  BenthamError,
  isBenthamError,
  type Json,
  type Run,
  type RunCell,
  type RunStore,
  type SharedState,
} from "@bentham/core";
import {
  type BagCopier,
  cellLine,
  folderNameOf,
  type RunRoot,
  sealRun,
  type SigningKey,
} from "@bentham/evidence-collector";
import { software } from "./software.ts";

/** What the root of a run is sealed with. */
export interface RootParts {
  readonly store: RunStore & SharedState;
  readonly evidenceFolder: string;
  readonly signingKey: SigningKey;
  /** Copies roots to the store of evidence, where there is one. */
  readonly copier?: BagCopier | undefined;
  /** Whether roots are to be stamped by an authority. */
  readonly timestamp: boolean;
}

/** A run that was sealed, and what its store has kept of that. */
export interface SealedRun {
  readonly run: Run;
  /** Name of its folder in the evidence folder. */
  readonly folderName: string;
  readonly latest: RunRoot;
}

/** The runs of a store that were sealed. */
export async function sealedRuns(store: RunStore & SharedState): Promise<SealedRun[]> {
  const sealed: SealedRun[] = [];
  for (const run of await store.runs()) {
    const latest = await latestRoot(store, run.runId);
    if (latest) sealed.push({ run, folderName: folderNameOf(run.runId), latest });
  }
  return sealed;
}

/** The ids of cells that a store has otherwise than the lines of a root, or that one of the two has not at all. */
export async function* cellsUnlike(
  store: RunStore,
  runId: string,
  lines: AsyncIterable<string>,
): AsyncIterable<string> {
  const stored = store.cells(runId)[Symbol.asyncIterator]();
  for await (const line of lines) {
    const { done, value: cell } = await stored.next();
    if (done) {
      const { jobId }: { readonly jobId: string } = JSON.parse(line);
      yield jobId;
    } else if (line !== cellLine(cell)) yield cell.jobId;
  }
  for (let rest = await stored.next(); !rest.done; rest = await stored.next()) yield rest.value.jobId;
}

/** The latest root of a run, as the store has it. */
async function latestRoot(store: SharedState, runId: string): Promise<RunRoot | undefined> {
  return rootOf(await store.read(rootKey(runId)));
}

/**
 * Seals what has become of the cells of a run, unless it is as it was, and keeps which root is the latest, so that one that
 * is taken away is missed.
 *
 * @throws BenthamError DISK_FULL or EVIDENCE_FAILED when the evidence folder does not take it; or the store's error.
 */
export async function sealRunRoot(parts: RootParts, run: Run): Promise<RunRoot> {
  const { store, evidenceFolder, signingKey, timestamp, copier } = parts;
  const { runId, study, planHash } = run;
  const [ledger, last] = [await store.ledger(runId), await latestRoot(store, runId)];
  const cells = (): AsyncIterable<RunCell> => store.cells(runId);
  const what = { runId, study, planHash, ledger, cells, last };
  const sealed = { folder: evidenceFolder, software, signingKey, timestamp, copier, ...what };
  const root = await sealRun(sealed).catch((error: unknown) => {
    throw sealingError(error);
  });
  await store.update(rootKey(runId), (current) => {
    const known = rootOf(current);
    return known && known.number >= root.number ? current : { ...root };
  });
  return root;
}

function sealingError(error: unknown): unknown {
  if (isBenthamError(error) || !(error instanceof Error)) return error;
  const code = "code" in error ? String(error.code) : error.name;
  const isFull = code === "ENOSPC" || code === "EDQUOT";
  const message = `what was answered is stored, but the run could not be sealed in the evidence folder: ${code}`;
  return new BenthamError(isFull ? "DISK_FULL" : "EVIDENCE_FAILED", message, { cause: error });
}

/** Where the store keeps the latest root of a run. */
export function rootKey(runId: string): string {
  return `root/${runId}`;
}

function rootOf(value: Json | undefined): RunRoot | undefined {
  if (typeof value !== "object" || value === null || !("sha256" in value)) return undefined;
  const { number, sha256, cellsSha256 } = value;
  if (typeof number !== "number" || typeof sha256 !== "string" || typeof cellsSha256 !== "string") return undefined;
  return { number, sha256, cellsSha256 };
}
