export { openSqliteStore, type SqliteStore, type SqliteStoreOptions } from "./sqlite/open-sqlite-store.ts";
export { machineTime, type TimeSource } from "./sqlite/store-time.ts";
