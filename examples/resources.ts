// What a job needs, leased and given back by hand.

import { createExecutor } from "@bentham/executor";
import { openDesk } from "./ports/example-desk.ts";

await using desk = await openDesk();
const executor = createExecutor({
  surfaceAdapters: desk.adapterRegistry,
  sessionPool: desk.sessionPoolClient,
  proxyManager: desk.proxyManagerClient,
  credentialVault: desk.vaultClient,
});
const job = desk.jobOf("Why?");

// Acquire all resources for a job
const resources = await executor.acquireResources(job);
// { session, proxy, credential }
console.log(resources.session?.id, resources.proxy.id, resources.credential?.id);
console.log("sessions lent:", desk.sessionPoolClient.lent.size);

// Release after completion
await executor.releaseResources(resources);
console.log("sessions lent:", desk.sessionPoolClient.lent.size);
