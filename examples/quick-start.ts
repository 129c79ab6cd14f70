// Quick start: an executor over a user's own implementations of the five ports.

import { createExecutor } from "@bentham/executor";
import { openDesk } from "./ports/example-desk.ts";

await using desk = await openDesk();
const { adapterRegistry, sessionPoolClient, proxyManagerClient, evidenceClient, vaultClient } = desk;
const job = desk.jobOf("Why is the sky blue?");

const executor = createExecutor({
  surfaceAdapters: adapterRegistry,
  sessionPool: sessionPoolClient,
  proxyManager: proxyManagerClient,
  evidenceCollector: evidenceClient,
  credentialVault: vaultClient,
});

// Execute a single job
const result = await executor.executeJob(job);

// Start worker loop
await executor.startWorker({
  concurrency: 5,
  pollInterval: 1000,
});

console.log(result.response?.text);
await executor.stopWorker();
