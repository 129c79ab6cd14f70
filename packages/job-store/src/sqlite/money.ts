import { costOf, highestCost, type JobResult, NANOS_PER_USD, type SurfacePrice } from "@bentham/core";
import { number, type Row, text } from "./row.ts";
import type { StoreContext } from "./store-context.ts";

/**
 * Reserves what a question can cost at most; tells whether there is money for it. What runs beside it is counted at its
 * highest price, too, so that no two questions together cost more than is left.
 */
export function reserveMoney(context: StoreContext, job: Row): boolean {
  const { database, runs } = context;
  const runId = text(job, "run_id");
  const { settings } = runs.terms(runId);
  const price = priceOf(context, job);
  if (!price) return true;
  const { query, surface } = runs.question(job);
  const cost = highestCost(query, surface, price);
  if (settings.budgetUsd !== undefined) {
    const run = database.row("SELECT spent_nano FROM run WHERE run_id = ?", runId);
    if (run && number(run, "spent_nano") + cost > settings.budgetUsd * NANOS_PER_USD) {
      database.change("UPDATE run SET refused = 1 WHERE run_id = ?", runId);
      return false;
    }
  }
  if (!Number.isSafeInteger(cost)) return true; // Nobody has set a limit: what it cost is seen when it is answered.
  database.change("UPDATE run SET spent_nano = spent_nano + ? WHERE run_id = ?", cost, runId);
  database.change(
    "UPDATE attempt SET reserved_nano = reserved_nano + ? WHERE job_seq = ? AND attempt = ?",
    cost,
    number(job, "seq"),
    number(job, "attempts"),
  );
  return true;
}

/** Counts what an answer did cost in place of what was reserved for it, where its surface tells. */
export function settleMoney(context: StoreContext, job: Row, { response }: JobResult): void {
  const price = priceOf(context, job);
  if (!price || !response) return;
  const usage = { inputTokens: response.inputTokens, outputTokens: response.tokenCount };
  const cost = costOf(usage, number(job, "asks"), price);
  if (cost === undefined) return;
  const { database } = context;
  const row = database.row(
    "SELECT reserved_nano FROM attempt WHERE job_seq = ? AND attempt = ?",
    number(job, "seq"),
    number(job, "attempts"),
  );
  database.change(
    "UPDATE run SET spent_nano = spent_nano + ?, refused = 0 WHERE run_id = ?",
    cost - (row ? number(row, "reserved_nano") : 0),
    text(job, "run_id"),
  );
}

function priceOf({ runs }: StoreContext, job: Row): SurfacePrice | undefined {
  return runs.terms(text(job, "run_id")).settings.prices?.[text(job, "surface_id")];
}
