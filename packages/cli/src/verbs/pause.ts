import type { Run, RunStore } from "@bentham/core";
import { ledgerLine } from "@bentham/orchestrator";
import type { Terminal } from "../terminal.ts";

/** Pauses a run, for all its workers: what is under way stops within seconds, and goes back unspent. */
export async function pause(store: RunStore, run: Run, terminal: Terminal, json: boolean): Promise<number> {
  await store.pause({ scope: { kind: "run", id: run.runId }, forMs: Infinity, reason: "paused by a person" });
  const ledger = await store.ledger(run.runId);
  if (json) terminal.out(JSON.stringify({ runId: run.runId, ledger }));
  else terminal.out(`${run.runId}  is paused  ${ledgerLine(ledger)}`);
  if (!json && !run.finished) terminal.tell("`bentham run` goes on with it");
  return 0;
}
