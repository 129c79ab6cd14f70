import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { decodeJobResult, type JobResult } from "@bentham/core";
import type { Desk } from "./bentham.ts";

/** One try of a cell, as it stands in the store. */
export interface StoredAttempt {
  readonly queryId: string;
  readonly attempt: number;
  /** Questions let out. */
  readonly asks: number;
  readonly outcome: string | null;
  readonly code: string | null;
  readonly message: string | null;
  /** Folder of its bag, relative to the evidence folder. */
  readonly bagPath: string | null;
}

/** The store's file, read beside Bentham, by SQLite alone. */
export class StoreFile implements Disposable {
  readonly #database: DatabaseSync;

  constructor(desk: Desk) {
    this.#database = new DatabaseSync(join(desk.folder, ".bentham", "bentham.db"), { readOnly: true });
  }

  /** Every try, in the order of the plan and of the tries. */
  attempts(): StoredAttempt[] {
    const rows = this.#database
      .prepare(
        `SELECT j.query_id AS queryId, a.attempt, a.asks, a.outcome, a.code, a.message, a.bag_path AS bagPath
         FROM attempt a JOIN job j ON j.seq = a.job_seq ORDER BY j.seq, a.attempt`,
      )
      .all();
    return JSON.parse(JSON.stringify(rows));
  }

  /** The tries that were ended from outside, as `<job>/<attempt>`: what they sealed afterwards, nobody names. */
  brokenOff(): string[] {
    const rows = this.#database
      .prepare(
        `SELECT job_id, attempt FROM attempt JOIN job ON job.seq = job_seq
         WHERE outcome IN ('interrupted', 'cancelled') AND bag_path IS NULL`,
      )
      .all();
    return rows.map((row) => `${String(row["job_id"])}/${String(row["attempt"])}`);
  }

  /** Every result, as its row has it. */
  bodies(): JobResult[] {
    const rows = this.#database.prepare("SELECT body FROM result ORDER BY seq").all();
    return rows.map(({ body }) => decodeJobResult(String(body)));
  }

  /** The number that a query gives in its first column, of its only row. */
  count(sql: string): number {
    const [row = {}] = this.#database.prepare(sql).all();
    return Number(Object.values(row)[0]);
  }

  /** Every value of every row of every table, as text. */
  text(): string {
    const tables = this.#database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    const values = tables.flatMap(({ name }) =>
      this.#database
        .prepare(`SELECT * FROM "${String(name)}"`)
        .all()
        .flatMap((row) => Object.values(row)),
    );
    return values.join("\n");
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
