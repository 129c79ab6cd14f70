import type { Json } from "../canonical-json.ts";

/** Small facts that processes share: cool-downs, health, the inbox. Implemented by the job store. */
export interface SharedState {
  /** The time that all of them have in common, in milliseconds: about Unix time, and never going back. */
  now(): number;
  /** The value under `key`, unless it is not there or has expired. */
  read(key: string): Promise<Json | undefined>;
  /**
   * Replaces the value under `key` by what `change` makes of it, in one transaction; `undefined` removes it.
   * `change` must be pure: it may be called again when two processes meet.
   *
   * @param ttlMs After how many milliseconds the value is gone by itself. @default never
   * @returns what stands there now.
   */
  update(
    key: string,
    change: (current: Json | undefined) => Json | undefined,
    ttlMs?: number,
  ): Promise<Json | undefined>;
}
