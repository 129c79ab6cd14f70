import type { LocationId, SurfaceId } from "../ids.ts";

/** Something that only a person can see to: a challenge, a login, a locked account. Jobs wait with it. */
export interface InboxItem {
  /** Counts from 1, over all runs of a store. */
  readonly id: number;
  /** The run whose job met it first. */
  readonly runId: string;
  readonly surfaceId: SurfaceId;
  readonly locationId: LocationId;
  /** The account that was shut out, as `pool/id`. @default the surface was asked without one */
  readonly account?: string;
  /** The pool of that account. */
  readonly credentialPool?: string;
  /** The proxy by which it was met. */
  readonly proxyId?: string;
  readonly code: string;
  readonly message: string;
  /** Since when it waits, on the store's time. */
  readonly since: Date;
  /** Folder of the bag with the evidence of it, relative to the evidence folder. */
  readonly bagPath?: string;
  /** Cells of any run that wait for it. */
  readonly cells: number;
}

/** What an item came to. */
export interface InboxEnding {
  /** `left`: no job waits for it any more, and nobody has said why. */
  readonly ending: "solved" | "blocked" | "left";
  /** Why it was blocked, in words. */
  readonly why?: string;
}

/** Where a surface is asked without an account. */
export interface AnonymousPlace {
  readonly surfaceId: SurfaceId;
  readonly locationId: LocationId;
}

/**
 * What waits for a person. An item begins with the first job that is parked for its account, or for a surface and a location
 * that are asked without one; it holds every job that is parked for the same until a person has seen to it, and it is over
 * when no job waits for it any more.
 */
export interface Inbox {
  /** What waits, longest first. */
  inboxItems(): Promise<InboxItem[]>;
  /** What stands in the way of asking a surface from a location without an account, if anything does. */
  inboxItemAt(place: AnonymousPlace): Promise<Pick<InboxItem, "id" | "code"> | undefined>;
  /**
   * Says that a person has seen to it: exactly the jobs that were parked for it are pending again, in the generation that
   * they were in.
   *
   * @param first What has to be done before they are: saving what the person has brought about. It is not called when the item
   *   is over already; and nobody else, in whichever process, can end the item while it runs, for a minute. Where it
   *   throws, the item waits still. @default nothing
   * @returns how many cells; 0 when it is over already, or somebody else is at `first`.
   */
  solveInboxItem(id: number, first?: () => Promise<void>): Promise<number>;
  /**
   * Says that another account of the pool is ready: the jobs of the item that any account will do for are pending again. Those that
   * met the wall themselves wait on, and so does the item while there are any.
   *
   * @returns how many cells.
   */
  freePoolJobs(id: number): Promise<number>;
  /**
   * Says that nothing is to be done about it: its cells end as blocked, each with the evidence of its own last attempt. Those that
   * any account of the pool will do for wait on with another open item of it, where there is one.
   *
   * @param why In words, for the message of each cell.
   * @returns how many cells ended; 0 when it is over already.
   */
  blockInboxItem(id: number, why: string): Promise<number>;
  /** What an item came to; nothing while it waits. */
  inboxEnding(id: number): Promise<InboxEnding | undefined>;
  /** Finishes what a process was killed in the middle of: jobs that are parked still for an item that is over. */
  tidyInbox(): Promise<void>;
}
