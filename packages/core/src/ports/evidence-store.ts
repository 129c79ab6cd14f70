/**
 * Why a store of evidence does not do what it is asked; its errors have it as `trouble`.
 *
 * - `away`: it cannot be reached, or cannot do it now; later it may.
 * - `full`: it has no room.
 * - `refused`: it will not until its operator changes something.
 * - `taken`: another bag is in that place.
 * - `retained`: it may not be removed yet.
 * - `missing`: it is not there.
 */
export type StoreTrouble = "away" | "full" | "refused" | "taken" | "retained" | "missing";

/** A place that bags are copied to, beside the evidence folder. Bags are named as there: `<run>/<job>/<attempt>`. */
export interface EvidenceStore {
  /** What messages call it. Never a secret. */
  readonly name: string;
  /**
   * Looks whether it can be had, once.
   *
   * @throws BenthamError EVIDENCE_FAILED of the trouble `away` or `refused`; or the signal's reason.
   */
  check(signal?: AbortSignal): Promise<void>;
  /**
   * Copies a bag. Whoever looks sees all of it or no bag. Nothing is ever written over: what is there already is kept when
   * it is the same, and files that the bag has gained since, such as a time stamp, are added.
   *
   * @param folder Where the bag lies on this machine.
   * @throws BenthamError EVIDENCE_FAILED of the trouble `taken` when another bag is in its place, `away`, `full` or `refused`; the error of this
   *   machine's file system; or the signal's reason. Copying it again goes on where this ended.
   */
  put(folder: string, bag: string, signal?: AbortSignal): Promise<void>;
  /** Every bag, or those of a run, in the order of their names; also what there is of bags that are not whole yet. */
  bags(run?: string, signal?: AbortSignal): AsyncIterable<StoredBag>;
  /** The bytes of a file of a bag. Throws what `check` throws, and `missing` when it is not there. */
  read(bag: string, file: string, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /**
   * Removes a bag: first what makes it one, so that nobody sees a part of it as a bag.
   *
   * @throws BenthamError EVIDENCE_FAILED of the trouble `retained` when its time has not come. Then all of it is still there.
   */
  remove(bag: string, signal?: AbortSignal): Promise<void>;
}

/** A bag in a store. */
export interface StoredBag {
  readonly path: string;
  readonly files: readonly StoredBagFile[];
  /** Of all its files. */
  readonly bytes: number;
  /** Whether all of it is there: its tag manifest comes last. */
  readonly isWhole: boolean;
  /** When its last file came, in milliseconds since the Unix epoch. */
  readonly changedAt: number;
}

/** A file of a bag in a store. */
export interface StoredBagFile {
  /** Relative to the bag, with forward slashes. A store may be anybody's: check it before it names a file here. */
  readonly path: string;
  readonly bytes: number;
}
