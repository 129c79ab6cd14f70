import { hash } from "node:crypto";

/** Names a surface of a study, such as `openai-api`. */
export type SurfaceId = string;

/** Names a place a job is asked from, such as `us-nyc`; `direct` is the place without a proxy. */
export type LocationId = string;

/** The location without a proxy. */
export const DIRECT: LocationId = "direct";

/** What makes a cell of a run one of its kind. */
export interface CellKey {
  readonly runId: string;
  readonly queryId: string;
  readonly surfaceId: SurfaceId;
  readonly locationId: LocationId;
  /** From 1. */
  readonly repeat: number;
}

/** Bentham's own namespace for {@link jobIdOf}: random, fixed for ever. */
const NAMESPACE = Buffer.from("5d4c0b1ea9c84b0f8c0f6f3e2b7a9d41", "hex");

/**
 * The job's id: a UUID v5 (RFC 9562, section 5.5) of the cell's key, so that enqueueing a cell twice gives one job.
 * The key is hashed as a JSON array, in which no two keys can look alike.
 */
export function jobIdOf(key: CellKey): string {
  const name = JSON.stringify([key.runId, key.queryId, key.surfaceId, key.locationId, key.repeat]);
  const hex = hash("sha1", Buffer.concat([NAMESPACE, Buffer.from(name)]), "hex");
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The lane of a job: one surface with one credential pool. Slots, rate and breaker are kept per lane. */
export function laneOf(surfaceId: SurfaceId, credentialPool?: string): string {
  return credentialPool === undefined ? surfaceId : `${surfaceId}@${credentialPool}`;
}
