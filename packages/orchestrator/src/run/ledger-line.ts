import { BenthamError, type CellState, type Ledger } from "@bentham/core";

const STATES: readonly CellState[] = ["answered", "failed", "blocked", "cancelled", "skipped", "parked", "pending"];

/**
 * The ledger in one line: `2,000 planned = 1,981 answered + 4 failed + 15 pending`. States without a cell are left out.
 *
 * @throws BenthamError INTERNAL when it does not add up: a cell that is lost must not pass unseen.
 */
export function ledgerLine(ledger: Ledger): string {
  const sum = STATES.reduce((total, state) => total + ledger[state], 0);
  if (sum !== ledger.planned || STATES.some((state) => ledger[state] < 0)) {
    const counts = STATES.map((state) => `${ledger[state]} ${state}`).join(" + ");
    throw new BenthamError("INTERNAL", `the ledger does not add up: ${ledger.planned} planned, but ${counts} = ${sum}`);
  }
  const parts = STATES.filter((state) => ledger[state] > 0).map((state) => `${grouped(ledger[state])} ${state}`);
  return `${grouped(ledger.planned)} planned = ${parts.length === 0 ? "0" : parts.join(" + ")}`;
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}
