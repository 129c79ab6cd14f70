// A worker process of a test: opens every file that it may, then looks for jobs, and prints how many it got.
// Argument: the store's file.

import { openSync } from "node:fs";
import process from "node:process";
import { openSqliteStore } from "@bentham/job-store";

const [path = ""] = process.argv.slice(2);
await using store = await openSqliteStore({ path });
const request = { queueName: "queue", workerId: "at the limit", limit: 8, leaseMs: 60_000 };
await store.claim({ ...request, queueName: "none" }); // What is loaded once is loaded by then.
let reason: unknown;
while (reason === undefined) {
  try {
    openSync("/dev/null", "r");
  } catch (error) {
    reason = error;
  }
}
await store.reap();
const claimed = await store.claim(request);
process.stdout.write(`claimed ${claimed.length} at ${reason instanceof Error ? reason.message : "no error"}\n`);
