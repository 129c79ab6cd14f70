import { join } from "node:path";
import { type Clock, type EvidenceStore, isBenthamError, systemClock } from "@bentham/core";
import { codeOf } from "../bag/system-error.ts";
import { EvidenceStoreError } from "./evidence-store-error.ts";
import { type Announcement, WaitingBags, type WaitingNote } from "./waiting-bags.ts";

/** Options of {@link BagCopier}. */
export interface BagCopierOptions {
  /** The evidence folder. */
  readonly folder: string;
  /** Where bags are copied to. */
  readonly store: EvidenceStore;
  /** @default the real clock */
  readonly clock?: Clock;
}

/** How far the copies are. */
export interface CopyStanding {
  /** Bags that are copied to the store by this process. */
  readonly copied: number;
  /** Bags that are not there yet. Those that are another living process's to copy are not counted. */
  readonly waiting: number;
  /** Why, where it is not just that their turn has not come. */
  readonly reason?: string;
}

/** Bags that are copied at once. */
const AT_ONCE = 8;

/** The first and the longest pause while the store cannot be had, in milliseconds. */
const FIRST_PAUSE = 5_000;
const LONGEST_PAUSE = 300_000;

/**
 * Copies bags from the evidence folder to a store, beside the work that makes them. No answer waits for it, and none is
 * lost by it: what is not copied when the process ends, however it ends, is copied by the next one.
 */
export class BagCopier implements AsyncDisposable {
  readonly #folder: string;
  readonly #store: EvidenceStore;
  readonly #clock: Clock;
  readonly #waiting: WaitingBags;
  readonly #stop = new AbortController();
  #copied = 0;
  #reason: string | undefined;
  #isWoken = false;
  #working: Promise<void> | undefined;
  /** Ends a pause. */
  #hurry = new AbortController();
  #isDraining = false;
  #isPassing = false;

  constructor({ folder, store, clock = systemClock }: BagCopierOptions) {
    this.#folder = folder;
    this.#store = store;
    this.#clock = clock;
    this.#waiting = new WaitingBags(folder, clock);
  }

  /** Notes that a bag is about to be in its place, through to the disk: from now on it is not forgotten. */
  announce(path: string): Promise<Announcement> {
    return this.#waiting.announce(path, () => this.wake());
  }

  /** Copies what waits, in the background. */
  wake(): void {
    this.#isWoken = true;
    this.#working ??= this.#work();
  }

  /** Copies all that waits, and ends when that is done or the store cannot be had. Once `signal` has aborted, at once. */
  async drain(signal?: AbortSignal): Promise<CopyStanding> {
    const stop = (): void => this.#stop.abort();
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
    try {
      this.#isDraining = true;
      const wasPassing = this.#isPassing;
      this.#hurry.abort();
      await this.#working;
      // A store that has just been tried in vain is not tried in vain once more.
      if (!wasPassing || this.#reason === undefined) await this.#pass();
      return await this.#standing();
    } finally {
      this.#isDraining = false;
      signal?.removeEventListener("abort", stop);
    }
  }

  /** Why bags are not copied now, in words; undefined where they are. */
  get trouble(): string | undefined {
    return this.#reason;
  }

  async #standing(): Promise<CopyStanding> {
    const waiting = (await this.#waiting.mine()).reduce((sum, { bags }) => sum + bags.length, 0);
    return { copied: this.#copied, waiting, ...(waiting > 0 && this.#reason ? { reason: this.#reason } : {}) };
  }

  /** Stops copying; the rest waits for the next process. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#hurry.abort();
    await this.#working;
  }

  /** Goes over what waits for as long as it is woken; while the store cannot be had, with pauses that grow. */
  async #work(): Promise<void> {
    let pause = FIRST_PAUSE;
    while (this.#isWoken && !this.#isStopped) {
      this.#isWoken = false;
      if (await this.#pass()) {
        pause = FIRST_PAUSE;
        continue;
      }
      this.#isWoken = true;
      if (!(await this.#rest(pause))) break;
      pause = Math.min(2 * pause, LONGEST_PAUSE);
    }
    this.#working = undefined;
  }

  get #isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Whether the pause went by, and nobody is in a hurry. */
  async #rest(pause: number): Promise<boolean> {
    if (this.#isDraining) return false;
    this.#hurry = new AbortController();
    try {
      await this.#clock.sleep(pause, AbortSignal.any([this.#stop.signal, this.#hurry.signal]));
      return true;
    } catch {
      return false; // Whoever is in a hurry goes over it all itself.
    }
  }

  /** Copies what waits. Whether the store could be had to the end. */
  async #pass(): Promise<boolean> {
    this.#isPassing = true;
    try {
      const notes = await this.#waiting.mine();
      let isThere = true;
      const next = async (): Promise<void> => {
        for (let note = notes.shift(); note && isThere && !this.#isStopped; note = notes.shift()) {
          isThere = await this.#copy(note);
        }
      };
      this.#reason = undefined;
      await Promise.all(Array.from({ length: AT_ONCE }, next));
      return isThere && !this.#isStopped;
    } catch (error) {
      this.#reason ??= reasonOf(error);
      return false;
    } finally {
      this.#isPassing = false;
    }
  }

  /** Copies the bags of a note. Whether there is sense in going on with others. */
  async #copy(note: WaitingNote): Promise<boolean> {
    try {
      for (const bag of note.bags) await this.#store.put(join(this.#folder, bag), bag, this.#stop.signal);
      await this.#waiting.remove(note);
      this.#copied += note.bags.length;
      return true;
    } catch (error) {
      if (this.#isStopped) return false;
      this.#reason ??= reasonOf(error);
      // One bag whose place is taken, or that cannot be read, keeps no other waiting.
      return !(error instanceof EvidenceStoreError) || error.trouble === "taken";
    }
  }
}

function reasonOf(error: unknown): string {
  if (isBenthamError(error)) return error.message;
  return `evidence could not be read (${codeOf(error) ?? String(error)})`;
}
