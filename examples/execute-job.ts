// Executing one job, with the defaults and with options of one's own.

import { createExecutor } from "@bentham/executor";
import { openDesk } from "./ports/example-desk.ts";

await using desk = await openDesk();
const executor = createExecutor({
  surfaceAdapters: desk.adapterRegistry,
  sessionPool: desk.sessionPoolClient,
  evidenceCollector: desk.evidenceClient,
  credentialVault: desk.vaultClient,
});

{
  const job = desk.jobOf("Why do cats purr?");
  // Execute single job
  const result = await executor.executeJob(job);
  console.log(result.response?.text, result.evidence?.state);
}

{
  const job = desk.jobOf("Why does rain smell?");
  // Execute with specific config
  const result = await executor.executeJob(job, {
    timeout: 60000,
    maxRetries: 3,
    collectEvidence: true,
  });
  console.log(result.response?.text, result.evidence?.state);
}
