import {
  type AdapterNeeds,
  BenthamError,
  type Clock,
  type CredentialLease,
  DIRECT,
  isBenthamError,
  type Job,
  type Lease,
  type LeaseEnding,
  leaseOf,
  type ProxyLease,
  type Secret,
  type SessionLease,
  untilAborted,
  withinTime,
} from "@bentham/core";
import type { ExecutorParts } from "./executor-parts.ts";

/** How long one thing may take to be given back before its lender is left to fetch it, in milliseconds. */
const RELEASE_PATIENCE = 10_000;

/** What is leased for one attempt. */
export interface JobResources {
  /** There when the job's adapter needs one. */
  readonly session?: SessionLease;
  readonly proxy: ProxyLease;
  /** There when the job names a pool. */
  readonly credential?: CredentialLease;
}

/**
 * Leases what a job needs, always in the same order, credential, proxy, session, so that no two jobs wait for each
 * other. When one cannot be had, or `signal` aborts, what was leased before it is given back, and so is a lease that
 * arrives too late. The secrets of each lease go to `onSecrets` at once: the next lender's error may hold them.
 */
export async function acquireResources(
  parts: ExecutorParts,
  job: Job,
  needs: AdapterNeeds,
  { signal, neededFor }: { readonly signal: AbortSignal; readonly neededFor?: number },
  onSecrets?: (secrets: readonly Secret[]) => void,
): Promise<JobResources> {
  const request = { job, needs, signal, ...(neededFor === undefined ? {} : { neededFor }) };
  const acquired: { credential?: CredentialLease; proxy?: ProxyLease } = {};
  try {
    if (job.credentialPool !== undefined) {
      acquired.credential = await inTime(vaultOf(parts, job.credentialPool).acquire(request), signal);
      onSecrets?.(acquired.credential.secrets);
    }
    const proxy = parts.proxyManager
      ? await inTime(parts.proxyManager.acquire({ ...request, ...acquired }), signal)
      : directConnection(job);
    acquired.proxy = proxy;
    onSecrets?.(proxy.secrets ?? []);
    if (!needs.session) return { ...acquired, proxy };
    const session = await inTime(sessionPoolOf(parts).acquire({ ...request, ...acquired, proxy }), signal);
    onSecrets?.(session.secrets ?? []);
    return { ...acquired, proxy, session };
  } catch (error) {
    await releaseResources(acquired, parts.clock, endingBy(error, acquired.credential));
    throw error;
  }
}

/**
 * Gives everything back, last leased first. Nothing stops it: neither a cancellation, nor a resource that fails or
 * hangs while it is given back. Such failures are told to `onStuck`. Safe to call twice.
 */
export async function releaseResources(
  resources: Partial<JobResources>,
  clock: Clock,
  ending?: LeaseEnding,
  onStuck?: OnStuck,
): Promise<void> {
  for (const lease of [resources.session, resources.proxy, resources.credential]) {
    if (lease) await giveBackInTime(lease.id, () => lease.release(ending), clock, onStuck);
  }
}

/** Hears of what failed or hung while it was given back. */
type OnStuck = (resource: string, error: unknown) => void;

/** Gives one thing back, and waits for that no longer than is reasonable. Never rejects. */
export async function giveBackInTime(
  name: string,
  giveBack: () => Promise<void>,
  clock: Clock,
  onStuck?: OnStuck,
): Promise<void> {
  try {
    await withinTime(giveBack(), clock, RELEASE_PATIENCE, () => {
      throw new BenthamError("TIMEOUT", `${name} was not given back within ${RELEASE_PATIENCE} ms`);
    });
  } catch (error) {
    onStuck?.(name, error);
  }
}

/** What is to be learned of an account that cannot be used as it stands, whoever found that out. */
function endingBy(error: unknown, credential: CredentialLease | undefined): LeaseEnding | undefined {
  if (!isBenthamError(error) || error.account === undefined || error.account !== credential?.id) return undefined;
  return { outcome: "parked", code: error.code };
}

function inTime<Leased extends Lease>(acquiring: Promise<Leased>, signal: AbortSignal): Promise<Leased> {
  return untilAborted(acquiring, signal, (late) => void Promise.allSettled([late.release()]));
}

function vaultOf(parts: ExecutorParts, pool: string): NonNullable<ExecutorParts["credentialVault"]> {
  if (parts.credentialVault) return parts.credentialVault;
  throw new BenthamError(
    "CONFIG_INVALID",
    `the job names the credential pool "${pool}", but the executor has no credentialVault: pass one to createExecutor`,
  );
}

function sessionPoolOf(parts: ExecutorParts): NonNullable<ExecutorParts["sessionPool"]> {
  if (parts.sessionPool) return parts.sessionPool;
  throw new BenthamError(
    "CONFIG_INVALID",
    "the job's adapter needs a session, but the executor has no sessionPool: pass one to createExecutor",
  );
}

function directConnection(job: Job): ProxyLease {
  if (job.locationId === DIRECT) return leaseOf(DIRECT, {}, () => {});
  throw new BenthamError(
    "LOCATION_UNKNOWN",
    `the job comes from "${job.locationId}", but the executor has no proxyManager: pass one to createExecutor`,
  );
}
