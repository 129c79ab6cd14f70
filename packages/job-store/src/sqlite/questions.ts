import type { PlannedQuery, RunPlan } from "@bentham/core";
import { number, text } from "./row.ts";
import type { StoreContext } from "./store-context.ts";
import type { Database } from "./database.ts";
import { writeInTurns } from "./write-in-turns.ts";

/**
 * Writes the questions of a plan, a row each, before the run that asks them: there may be a million, which are never one
 * string. Plans of one study and hash ask the same, so runs share them, and writing them twice is harmless.
 */
export async function keepQuestions(context: StoreContext, plan: RunPlan, planHash: string): Promise<void> {
  const { database } = context;
  const planId = await database.write(() => planIdOf(database, plan.study, planHash));
  if (countOf(database, planId) === plan.queries.length) return;
  await writeInTurns(context, plan.queries, (query, position) => {
    database.change(
      "INSERT OR IGNORE INTO question (plan_id, query_id, position, text) VALUES (?, ?, ?, ?)",
      planId,
      query.id,
      position,
      query.text,
    );
  });
}

/** All questions of a plan, in its order. */
export function readQuestions(database: Database, planId: number): PlannedQuery[] {
  return database
    .rows("SELECT query_id, text FROM question WHERE plan_id = ? ORDER BY position", planId)
    .map((row) => ({ id: text(row, "query_id"), text: text(row, "text") }));
}

/** The text of one question; undefined when its plan has none of that id. */
export function readQuestion(database: Database, planId: number, queryId: string): string | undefined {
  const row = database.row("SELECT text FROM question WHERE plan_id = ? AND query_id = ?", planId, queryId);
  return row && text(row, "text");
}

function planIdOf(database: Database, study: string, planHash: string): number {
  database.change("INSERT OR IGNORE INTO plan (study, plan_hash) VALUES (?, ?)", study, planHash);
  const row = database.row("SELECT plan_id FROM plan WHERE study = ? AND plan_hash = ?", study, planHash);
  return number(row ?? {}, "plan_id");
}

function countOf(database: Database, planId: number): number {
  return number(
    database.row("SELECT COUNT(*) AS questions FROM question WHERE plan_id = ?", planId) ?? {},
    "questions",
  );
}
