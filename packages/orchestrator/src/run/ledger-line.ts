import { BenthamError, type Ledger } from "@bentham/core";

/** The ledger in one line: `2000 planned = 1981 answered + 4 failed + 15 pending`. States without a cell are left out. */
export function ledgerLine(ledger: Ledger): string {
  const states = ["answered", "failed", "blocked", "cancelled", "skipped", "parked", "pending"] as const;
  const sum = states.reduce((total, state) => total + ledger[state], 0);
  if (sum !== ledger.planned) {
    throw new BenthamError("INTERNAL", `the ledger does not add up: ${ledger.planned} planned, ${sum} counted`);
  }
  const parts = states.filter((state) => ledger[state] > 0).map((state) => `${ledger[state]} ${state}`);
  return `${ledger.planned} planned = ${parts.length === 0 ? "0" : parts.join(" + ")}`;
}
