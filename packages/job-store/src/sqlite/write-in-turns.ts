import type { StoreContext } from "./store-context.ts";

/** How long one transaction holds the lock, in milliseconds: by the clock, as the same rows take longer on a busy machine. */
const TURN = 25;
/** Items that one transaction writes at most. */
const MOST_ITEMS = 1000;
/** How long the lock is left to others after such a transaction, in milliseconds: longer than they wait between two tries. */
const GAP = 12;

/**
 * Writes many items of a plan, each with `write`, in transactions between which the claims of other processes get their
 * turn. The database is filling from then on, until markEnqueued says that all is there.
 */
export async function writeInTurns<Item>(
  { database, clock }: StoreContext,
  items: readonly Item[],
  write: (item: Item, index: number) => void,
): Promise<void> {
  database.isFilling = true;
  for (let from = 0; from < items.length;) {
    const turn = items.slice(from, from + MOST_ITEMS);
    from += await database.write(() => {
      const until = clock.monotonic() + TURN;
      let written = 0;
      for (const item of turn) {
        write(item, from + written);
        written += 1;
        if (clock.monotonic() >= until) break;
      }
      return written;
    });
    // Another process uses the store: its claims are to come in between, and not only by luck.
    if (database.othersWrote) await clock.sleep(GAP);
  }
}
