import type { Database } from "./database.ts";

/**
 * Counts the questions of each run. Those of one transaction are added up here and written before its commit, once a run:
 * all jobs of a run would change the same row.
 */
export class AskCount {
  readonly #database: Database;
  readonly #asked = new Map<string, number>();

  constructor(database: Database) {
    this.#database = database;
    database.withEachTransaction({ beforeCommit: () => this.write(), afterRollback: () => this.#asked.clear() });
  }

  /** Counts a question that is let out. */
  add(runId: string): void {
    this.#asked.set(runId, (this.#asked.get(runId) ?? 0) + 1);
  }

  /** Brings the table run up to date within a transaction, for whoever is about to read it there. */
  write(): void {
    for (const [runId, asks] of this.#asked) {
      this.#database.change("UPDATE run SET asks = asks + ? WHERE run_id = ?", asks, runId);
    }
    this.#asked.clear();
  }
}
