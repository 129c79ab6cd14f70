import type { ClaimBounds } from "./ports/job-queue.ts";

/** How a job asks its surface. */
export interface AskedSurface {
  /** The adapter's name. */
  readonly adapter: string;
  readonly credentialPool?: string | undefined;
}

/**
 * Whether a job is within the bounds of a claim. Pure.
 *
 * @param surface Looked up only where the bounds speak of it; undefined is within them, so that whoever claims the job is told
 *   what is wrong with it.
 */
export function isWithin(
  { runIds, locationIds, adapters, credentialPools }: ClaimBounds,
  { runId, locationId }: { readonly runId?: string | undefined; readonly locationId: string },
  surface: () => AskedSurface | undefined,
): boolean {
  if (runIds && (runId === undefined || !runIds.has(runId))) return false;
  if (locationIds && !locationIds.has(locationId)) return false;
  const asked = adapters || credentialPools ? surface() : undefined;
  if (!asked) return true;
  if (adapters && !adapters.has(asked.adapter)) return false;
  return !credentialPools || asked.credentialPool === undefined || credentialPools.has(asked.credentialPool);
}
