import { X509Certificate } from "node:crypto";
import { BenthamError, type Fetch, isBenthamError, type Json, type RunStore, type SharedState } from "@bentham/core";
import {
  type BagCopier,
  createTimeStamper,
  type RootPlace,
  stampRoot,
  stampStateOf,
} from "@bentham/evidence-collector";
import type { Configuration } from "./configuration.ts";
import { readPemFiles } from "./read-pem-files.ts";
import { type SealedRun, sealedRuns } from "./seal-run-root.ts";

/** What roots are stamped with. */
export interface StampParts {
  readonly store: RunStore & SharedState;
  readonly evidenceFolder: string;
  readonly configuration: Configuration;
  /** The way to the authority. */
  readonly fetch: Fetch;
  /** Copies stamps to the store of evidence, where there is one. */
  readonly copier?: BagCopier | undefined;
}

/** What became of the time stamps of a data folder. */
export interface StampReport {
  /** Roots that got theirs now. */
  readonly stamped: number;
  /** Roots that wait for theirs. */
  readonly waiting: number;
  /** Why they wait, in words. */
  readonly reason?: string;
}

/** How the roots of a run stand with their time stamps; those that were to have none are in neither number. */
export interface StampStanding {
  readonly stamped: number;
  readonly waiting: number;
}

/** A root without its stamp. */
interface Waiting extends RootPlace {
  readonly runId: string;
  /** SHA-256 (hex) of its tag manifest, where the store has kept it. */
  readonly expected?: string;
}

/**
 * Gets the time stamps that roots of a data folder wait for. Asks no further when one does not come: the next call does.
 * Who waits stands in the roots themselves, so that nothing is lost when a process is killed.
 *
 * @throws BenthamError CONFIG_INVALID; or the error of the store.
 */
export async function stampWaitingRoots(parts: StampParts, signal: AbortSignal): Promise<StampReport> {
  const { store, evidenceFolder, configuration, fetch, copier } = parts;
  const waiting = await waitingRoots(store, evidenceFolder);
  if (waiting.length === 0) return { stamped: 0, waiting: 0 };
  const settings = await timeStampsOf(configuration);
  if (!settings) {
    return { stamped: 0, waiting: waiting.length, reason: "no time-stamp authority is configured any more" };
  }
  const stamper = createTimeStamper({ ...settings, fetch });
  let stamped = 0;
  for (const { runId, expected, ...place } of waiting) {
    const sha256 = await stampRoot(place, stamper, signal, { expected, copier }).catch((error: unknown) => ({ error }));
    if (typeof sha256 !== "string") {
      return { stamped, waiting: waiting.length - stamped, reason: reasonOf(sha256.error, signal) };
    }
    await keepStamp(store, runId, place.number, sha256);
    stamped += 1;
  }
  return { stamped, waiting: 0 };
}

/** Why there is no stamp. What is no failure of the authority's, the disk's or the user's is thrown on. */
function reasonOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return "stopped by a signal";
  if (isBenthamError(error)) return error.message;
  if (error instanceof Error && "syscall" in error && "code" in error) {
    return `the evidence folder does not take them (${String(error.code)})`;
  }
  throw error;
}

/** How the roots of a run, or of each run, stand with their time stamps. */
export async function stampStanding(
  store: RunStore & SharedState,
  evidenceFolder: string,
  runId?: string,
): Promise<StampStanding> {
  let stamped = 0;
  let waiting = 0;
  for (const sealed of await sealedRuns(store)) {
    if (runId !== undefined && sealed.run.runId !== runId) continue;
    const given = await givenStamps(store, sealed.run.runId);
    stamped += given.size;
    waiting += (await waitingOf(sealed, given, evidenceFolder)).length;
  }
  return { stamped, waiting };
}

/** SHA-256 (hex) of the stamps that the roots of a run were given, by their numbers. */
export async function givenStamps(store: SharedState, runId: string): Promise<ReadonlyMap<number, string>> {
  return new Map(entriesOf(await store.read(keyOf(runId))).map(([number, sha256]) => [Number(number), sha256]));
}

/**
 * The time-stamp authority of a configuration, with the certificates that its stamps must lead to.
 *
 * @throws BenthamError CONFIG_INVALID when a file cannot be read, or none of them holds a certificate that signs itself.
 */
export async function timeStampsOf(
  configuration: Configuration,
): Promise<{ readonly url: string; readonly authorities: readonly string[]; readonly policy?: string } | undefined> {
  const { timestamps } = configuration;
  if (!timestamps) return undefined;
  const { url, policy } = timestamps;
  const authorities = await readPemFiles(configuration, "timestamps.authorities", timestamps.authorities);
  if (!authorities.some(holdsRoot)) {
    const message = `${configuration.file}: timestamps.authorities: no file holds a certificate that signs itself; name the authority's root certificate, in PEM`;
    throw new BenthamError("CONFIG_INVALID", message);
  }
  return { url, authorities, ...(policy === undefined ? {} : { policy }) };
}

async function waitingRoots(store: RunStore & SharedState, evidenceFolder: string): Promise<Waiting[]> {
  const waiting: Waiting[] = [];
  for (const sealed of await sealedRuns(store)) {
    waiting.push(...(await waitingOf(sealed, await givenStamps(store, sealed.run.runId), evidenceFolder)));
  }
  return waiting;
}

async function waitingOf(
  { run: { runId }, folderName, latest }: SealedRun,
  given: ReadonlyMap<number, string>,
  folder: string,
): Promise<Waiting[]> {
  const waiting: Waiting[] = [];
  for (let number = 1; number <= latest.number; number++) {
    if (given.has(number)) continue;
    const place = { folder, folderName, number };
    const state = await stampStateOf(place);
    // One that has a stamp which was not kept: its process was killed in between.
    if (state !== "waiting" && state !== "stamped") continue;
    waiting.push({ ...place, runId, ...(number === latest.number ? { expected: latest.sha256 } : {}) });
  }
  return waiting;
}

async function keepStamp(store: SharedState, runId: string, number: number, sha256: string): Promise<void> {
  await store.update(keyOf(runId), (current) => ({ ...Object.fromEntries(entriesOf(current)), [number]: sha256 }));
}

function entriesOf(value: Json | undefined): [string, string][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string");
}

function keyOf(runId: string): string {
  return `timestamps/${runId}`;
}

function holdsRoot(pem: string): boolean {
  return Array.from(pem.matchAll(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g)).some(([block]) => {
    try {
      const certificate = new X509Certificate(block);
      return certificate.checkIssued(certificate);
    } catch {
      return false;
    }
  });
}
