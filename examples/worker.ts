// A worker: it takes jobs from the executor's queue in memory, five at a time.

import { createExecutor } from "@bentham/executor";
import { openDesk } from "./ports/example-desk.ts";

await using desk = await openDesk();
const executor = createExecutor({
  surfaceAdapters: desk.adapterRegistry,
  sessionPool: desk.sessionPoolClient,
  credentialVault: desk.vaultClient,
});

const answered = Promise.withResolvers<void>();
let results = 0;
executor.on("job:result", ({ result }) => {
  console.log(result.queryId, result.response?.text);
  results += 1;
  if (results === 12) answered.resolve();
});
executor.enqueue(Array.from({ length: 12 }, (_, index) => desk.jobOf(`What is ${index} times ${index}?`)));

// Start worker
await executor.startWorker({
  concurrency: 5,
  pollInterval: 1000,
  queueName: "bentham-jobs",
});

await answered.promise;

// Stop worker
await executor.stopWorker();

// Get worker status
const status = executor.getWorkerStatus();

console.log(status.state, status.ended.answered, "sessions lent:", desk.sessionPoolClient.lent.size);
