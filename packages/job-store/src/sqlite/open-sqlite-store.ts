import {
  type Clock,
  type Inbox,
  type JobQueue,
  type Random,
  type RunArchive,
  type RunStore,
  type SharedState,
  systemClock,
  systemRandom,
} from "@bentham/core";
import { archiveRun, restoreRun } from "./archive.ts";
import { AskCount } from "./ask-count.ts";
import { giveBack, park, permitAsk, putOff, settleAttempt } from "./attempts.ts";
import { cancelCells, enqueueCells, retryCells } from "./cells.ts";
import { claimJobs, msUntilDue } from "./claim.ts";
import { Database } from "./database.ts";
import { blockItem, endingOf, freePoolJobs, itemAt, openItems, solveItem, tidyItems } from "./inbox.ts";
import { cellsOf, laneReports, ledgerOf, reasonsOf, resultsOf } from "./ledger.ts";
import { heldLeases, renewLeases } from "./leases.ts";
import { thisProcess } from "./owner.ts";
import { removePause, writePause } from "./pauses.ts";
import { hasLeasesToReap, reapLeases, registerWorker } from "./reap.ts";
import { RunCache } from "./run-cache.ts";
import { allRuns, findRun, latestRunOf, logRun, markEnqueued, markFinished, openRun } from "./runs.ts";
import { readShared, updateShared } from "./shared-state.ts";
import type { StoreContext } from "./store-context.ts";
import { machineTime, openStoreTime, type TimeSource } from "./store-time.ts";
import { Tally } from "./tally.ts";
import { laneStandings } from "./waits.ts";

/** How often a worker that claims looks for leases to take back, in milliseconds. */
const REAP_EVERY = 1000;

/** Options of {@link openSqliteStore}. */
export interface SqliteStoreOptions {
  /** The file; it is made where there is none, for its owner alone. */
  readonly path: string;
  /** @default the real clock */
  readonly clock?: Clock;
  /** Jitter comes from here. @default chance that nobody can replay */
  readonly random?: Random;
  /** What leases and waits are measured with. @default the machine's monotonic clock */
  readonly time?: TimeSource;
}

/** The durable store in one SQLite file, which several processes of one machine may share. */
export interface SqliteStore extends JobQueue, RunStore, RunArchive, Inbox, SharedState, AsyncDisposable {}

/**
 * Opens the store. Every write is on disk (`synchronous = FULL`) before its promise resolves.
 *
 * @throws BenthamError STORE_UNAVAILABLE, STORE_CORRUPT or DISK_FULL; so does every method.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<SqliteStore> {
  const { path, clock = systemClock, random = systemRandom } = options;
  const time = options.time ?? machineTime(() => clock.now());
  const database = await Database.open(path, clock, random);
  const listeners = new Set<() => void>();
  const wake = (): void => {
    for (const listener of listeners) listener();
  };
  const now = await openStoreTime(database, time);
  const context: StoreContext = {
    database,
    now,
    clock,
    random,
    here: thisProcess(time.bootId),
    runs: new RunCache(database),
    tally: new Tally(database),
    askCount: new AskCount(database),
    wake,
  };
  const registered = new Set<string>();
  let reapedAt = -Infinity;

  /** A write that may make jobs claimable. */
  const freeing = async <Value>(work: () => Value): Promise<Value> => {
    const value = await database.write(work);
    wake();
    return value;
  };
  return {
    async claim(request) {
      const isReapDue = now() - reapedAt >= REAP_EVERY;
      if (isReapDue) reapedAt = now();
      const reap = isReapDue && hasLeasesToReap(context);
      // Without the lock, for those who poll. What is about to be written anyway may free something: its commit is shared.
      if (!reap && !database.hasWrites && msUntilDue(context, request.queueName, request.only) !== 0) return [];
      const claimed = await database.write(() => {
        if (reap) reapLeases(context);
        if (!registered.has(request.workerId)) registerWorker(context, request.workerId);
        return claimJobs(context, request);
      });
      registered.add(request.workerId); // Not before it is written: the write may fail.
      return claimed;
    },
    renew: (workerId, leaseMs) =>
      database.write(() => {
        renewLeases(context, workerId, leaseMs);
        return heldLeases(context, workerId);
      }),
    held: async (workerId) => heldLeases(context, workerId),
    beforeAsk: (attempt) => database.write(() => permitAsk(context, attempt)),
    settle: (attempt, settlement) => freeing(() => settleAttempt(context, attempt, settlement)),
    later: (attempt, request) => freeing(() => putOff(context, attempt, request)),
    giveBack: (attempt, ending) => freeing(() => giveBack(context, attempt, ending)),
    park: (attempt, ending) => freeing(() => park(context, attempt, ending)),
    nextDue: async (queueName, only) => msUntilDue(context, queueName, only),
    standings: async (queueName) => laneStandings(context, queueName),
    onWake(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },

    async openRun(request) {
      const opened = await openRun(context, request);
      wake();
      return opened;
    },
    enqueue: (runId, cells) => enqueueCells(context, runId, cells),
    async markEnqueued(runId) {
      await database.write(() => markEnqueued(context, runId));
      database.isFilling = false;
    },
    markFinished: (runId) => database.write(() => markFinished(context, runId)),
    findRun: async (runId) => findRun(context, runId),
    latestRun: async (study) => latestRunOf(context, study),
    runs: async (which) => allRuns(context, which),
    ledger: async (runId) => ledgerOf(context, runId),
    lanes: async (runId) => laneReports(context, runId),
    reasons: async (runId) => reasonsOf(context, runId),
    results: (runId, { superseded = false } = {}) => resultsOf(context, runId, superseded),
    cells: (runId) => cellsOf(context, runId),
    retry: (runId, filter) => retryCells(context, runId, filter),
    cancel: (runId, filter) => cancelCells(context, runId, filter),
    pause: (pause) => database.write(() => writePause(database, now(), pause)),
    resume: (scope) => freeing(() => removePause(database, scope)),
    reap: () => freeing(() => reapLeases(context)),
    log: (runId, event, detail) => database.write(() => logRun(context, runId, event, detail)),

    inboxItems: async () => openItems(context),
    inboxItemAt: async (place) => itemAt(context, place),
    solveInboxItem: (id, first) => solveItem(context, id, first),
    freePoolJobs: (id) => freePoolJobs(context, id),
    blockInboxItem: (id, why) => blockItem(context, id, why),
    inboxEnding: async (id) => endingOf(context, id),
    tidyInbox: () => tidyItems(context),

    archiveRun: (runId) => archiveRun(context, runId),
    restoreRun: (lines, shared) => freeing(() => restoreRun(context, lines, shared)),

    now,
    read: async (key) => readShared(context, key),
    update: (key, change, ttlMs) => database.write(() => updateShared(context, key, change, ttlMs)),

    close: () => database.close(),
    [Symbol.asyncDispose]: () => database.close(),
  };
}
