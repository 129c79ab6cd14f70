import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * The least that a durable engine does, with nothing around it: a job is claimed, asked and settled in three commits,
 * each of which it shares with the `together` jobs beside it, and each writes one row of it.
 */
export function bareCommits(folder: string, jobs: number, together: number): void {
  using database = new DatabaseSync(join(folder, "bare.db"));
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  database.exec("CREATE TABLE job (seq INTEGER PRIMARY KEY, asks INTEGER, body TEXT)");
  const steps = [
    database.prepare("INSERT INTO job (seq, asks) VALUES (?, 0)"),
    database.prepare("UPDATE job SET asks = asks + 1 WHERE seq = ?"),
    database.prepare("UPDATE job SET body = '{}' WHERE seq = ?"),
  ];
  for (let from = 0; from < jobs; from += together) {
    for (const step of steps) {
      database.exec("BEGIN IMMEDIATE");
      for (let seq = from; seq < Math.min(from + together, jobs); seq++) step.run(seq);
      database.exec("COMMIT");
    }
  }
}
