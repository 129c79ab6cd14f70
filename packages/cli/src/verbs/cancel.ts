import type { Run, RunStore } from "@bentham/core";
import { ledgerLine } from "@bentham/orchestrator";
import type { Terminal } from "../terminal.ts";

/** Ends every cell of a run that has not ended; what is under way stops at once, and its answer is not kept. */
export async function cancel(store: RunStore, run: Run, terminal: Terminal, json: boolean): Promise<number> {
  const cells = await store.cancel(run.runId);
  const ledger = await store.ledger(run.runId);
  if (json) terminal.out(JSON.stringify({ runId: run.runId, cancelled: cells, ledger }));
  else terminal.out(`${run.runId}  cancelled ${cells} cells  ${ledgerLine(ledger)}`);
  return 0;
}
