import type { Database } from "./database.ts";

interface KeptValues<Value> {
  /** The database's when they were read. */
  readonly generation: number;
  readonly values: Map<string, Value>;
}

/**
 * What transactions have read that changes rarely, kept for later ones. Whoever changes it tells the database to
 * {@link Database.forget}; a change by another process is seen as its transaction is. Outside of a transaction it is read.
 */
export class Kept<Value extends object> {
  readonly #kept = new WeakMap<Database, KeptValues<Value>>();

  get(database: Database, key: string, read: () => Value): Value {
    if (!database.isInTransaction) return read();
    const { values } = this.#valuesOf(database);
    const known = values.get(key);
    if (known) return known;
    const value = read();
    values.set(key, value);
    return value;
  }

  /** What is kept, if it is, within a transaction. */
  known(database: Database, key: string): Value | undefined {
    return database.isInTransaction ? this.#valuesOf(database).values.get(key) : undefined;
  }

  delete(database: Database, key: string): void {
    this.#valuesOf(database).values.delete(key);
  }

  /** Keeps what this transaction has written in place of what was read before. */
  set(database: Database, key: string, value: Value): void {
    this.#valuesOf(database).values.set(key, value);
  }

  #valuesOf(database: Database): KeptValues<Value> {
    const { generation } = database;
    const kept = this.#kept.get(database);
    if (kept?.generation === generation) return kept;
    const empty = { generation, values: new Map<string, Value>() };
    this.#kept.set(database, empty);
    return empty;
  }
}
