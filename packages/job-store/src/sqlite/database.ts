import { chmodSync, closeSync, openSync } from "node:fs";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { BenthamError, type Clock, type Random } from "@bentham/core";
import type { Row } from "./row.ts";
import { MIGRATIONS, SCHEMA, SCHEMA_VERSION } from "./schema.ts";
import { isBusy, storeError } from "./store-error.ts";
import { WriteQueue } from "./write-queue.ts";

/**
 * What the connection keeps in memory and when it moves the log into the file. While a plan is put in, each row has its
 * place in the index of ids by chance, and few pages of that are known for long. Then it also moves the log, a third of a
 * second's work, before those do who claim beside it.
 */
const PACE = {
  usual: "PRAGMA cache_size = -2000; PRAGMA wal_autocheckpoint = 4000",
  filling: "PRAGMA cache_size = -32000; PRAGMA wal_autocheckpoint = 3000",
};

/** What is done with every transaction. */
export interface TransactionHooks {
  /** Writes what was gathered in it; what it throws undoes the transaction. */
  beforeCommit(): void;
  afterRollback(): void;
}

/** One connection to the store's file: prepared statements, kept; reads at once, writes by the write queue. */
export class Database {
  readonly path: string;
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<string, ReturnType<DatabaseSync["prepare"]>>();
  readonly #writes: WriteQueue;
  readonly #hooks: TransactionHooks[] = [];
  #isInTransaction = false;
  #isFilling = false;
  #generation = 0;
  #dataVersion: unknown;
  #othersWrote = false;

  private constructor(path: string, connection: DatabaseSync, clock: Clock, random: Random) {
    this.path = path;
    this.#connection = connection;
    this.#writes = new WriteQueue({
      begin: () => {
        this.change("BEGIN IMMEDIATE");
        this.#isInTransaction = true;
        this.#forgetIfOthersWrote();
      },
      commit: () => {
        for (const hook of this.#hooks) hook.beforeCommit();
        this.change("COMMIT");
        this.#isInTransaction = false;
      },
      rollback: () => {
        if (this.#isInTransaction) this.forget(); // Not where it has not begun: another connection has the lock.
        if (connection.isTransaction) connection.exec("ROLLBACK");
        this.#isInTransaction = false;
        for (const hook of this.#hooks) hook.afterRollback();
      },
      told: (error) => storeError(error, path),
      clock,
      random,
    });
  }

  /**
   * Opens the file, makes it where there is none, and sets up its tables.
   *
   * @throws BenthamError STORE_UNAVAILABLE, STORE_CORRUPT or DISK_FULL.
   */
  static async open(path: string, clock: Clock, random: Random): Promise<Database> {
    let connection: DatabaseSync | undefined;
    try {
      closeSync(openSync(path, "a", 0o600));
      chmodSync(path, 0o600);
      connection = new DatabaseSync(path, { timeout: 0 });
      const database = new Database(path, connection, clock, random);
      await database.#setUp(connection, clock, random);
      return database;
    } catch (error) {
      connection?.close();
      throw storeError(error, path);
    }
  }

  /** Runs `work` in the next transaction. What it throws undoes its own writes alone. */
  write<Value>(work: () => Value): Promise<Value> {
    return this.#writes.add(work);
  }

  /** Runs a statement; tells how many rows it changed. */
  change(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#prepare(sql).run(...values).changes);
  }

  row(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#reading(() => this.#prepare(sql).get(...values));
  }

  rows(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#reading(() => this.#prepare(sql).all(...values));
  }

  /** Whether a transaction is open. */
  get isInTransaction(): boolean {
    return this.#isInTransaction;
  }

  /** Whether writes wait for the next transaction. */
  get hasWrites(): boolean {
    return this.#writes.isWaiting;
  }

  /** Whether a plan's rows are being put in, by the hundred thousand. */
  set isFilling(isFilling: boolean) {
    if (isFilling === this.#isFilling) return;
    this.#connection.exec(isFilling ? PACE.filling : PACE.usual);
    this.#isFilling = isFilling;
  }

  /** Has `hooks` called with every transaction from now on. */
  withEachTransaction(hooks: TransactionHooks): void {
    this.#hooks.push(hooks);
  }

  /** Whether another connection wrote between this one's last two transactions. */
  get othersWrote(): boolean {
    return this.#othersWrote;
  }

  /** Goes up whenever what {@link Kept} keeps may have changed. */
  get generation(): number {
    return this.#generation;
  }

  /** Has what is kept read anew. */
  forget(): void {
    this.#generation += 1;
  }

  async close(): Promise<void> {
    await this.#writes.settled();
    if (!this.#connection.isOpen) return;
    try {
      this.#connection.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch {
      // Another process has it, or the disk is full. What is in the log is safe, and whoever closes last moves it.
    } finally {
      this.#connection.close();
    }
  }

  /** The data version is raised by every commit of another connection (https://www.sqlite.org/pragma.html). */
  #forgetIfOthersWrote(): void {
    const version = this.row("PRAGMA data_version")?.["data_version"];
    this.#othersWrote = version !== this.#dataVersion;
    if (this.#othersWrote) this.forget();
    this.#dataVersion = version;
  }

  async #setUp(connection: DatabaseSync, clock: Clock, random: Random): Promise<void> {
    for (let patience = 200; ; patience--) {
      try {
        // journal_mode needs the lock for a moment, and so does the first writing of the tables.
        connection.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
        connection.exec(PACE.usual);
        break;
      } catch (error) {
        if (!isBusy(error) || patience === 0) throw error;
        await clock.sleep(10 + 40 * random());
      }
    }
    await this.write(() => {
      const version = Number(this.row("PRAGMA user_version")?.["user_version"]);
      if (version > SCHEMA_VERSION) {
        throw new BenthamError(
          "STORE_UNAVAILABLE",
          `the store ${this.path} is of a newer Bentham (its version is ${version}, this one knows ${SCHEMA_VERSION}): update`,
        );
      }
      if (version === SCHEMA_VERSION) return;
      connection.exec(version === 0 ? SCHEMA : MIGRATIONS.slice(version - 1).join("\n"));
      connection.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    });
  }

  #prepare(sql: string): ReturnType<DatabaseSync["prepare"]> {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#connection.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #reading<Value>(read: () => Value): Value {
    try {
      return read();
    } catch (error) {
      throw storeError(error, this.path);
    }
  }
}
