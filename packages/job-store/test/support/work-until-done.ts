// A worker process of a test: claims and settles jobs of a store until none is left, then prints how many it settled.
// Arguments: the store's file, the worker's id, how long its leases hold, how far its wall clock is off.

import process from "node:process";
import { systemClock } from "@bentham/core";
import { openSqliteStore } from "@bentham/job-store";
import { resultOf } from "@bentham/testbed/contract";

const [path = "", workerId = "", leaseMs = "60000", offset = "0"] = process.argv.slice(2);
const clock = { ...systemClock, now: () => systemClock.now() + Number(offset) };

await using store = await openSqliteStore({ path, clock });
let settled = 0;
for (;;) {
  const claimed = await store.claim({ queueName: "queue", workerId, limit: 8, leaseMs: Number(leaseMs) });
  process.stdout.write(`claimed ${claimed.length}\n`);
  await Promise.all(
    claimed.map(async (job) => {
      await store.beforeAsk(job);
      if ((await store.settle(job, { result: resultOf(job) })) === "taken") settled += 1;
    }),
  );
  if (claimed.length > 0) continue;
  const [run] = await store.runs();
  if (!run || (await store.ledger(run.runId)).pending === 0) break;
  await clock.sleep(5);
}
process.stdout.write(`settled ${settled}\n`);
