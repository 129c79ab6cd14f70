// Backoff by itself, and a job with a retry strategy of its own.

import { calculateBackoff, createExecutor, RetryStrategy } from "@bentham/executor";
import { openDesk } from "./ports/example-desk.ts";

// Default exponential backoff with jitter
const delay = calculateBackoff({
  attempt: 3,
  baseDelay: 1000,
  maxDelay: 30000,
  jitter: 0.2,
});

// Custom retry strategy
const strategy: RetryStrategy = {
  maxRetries: 5,
  baseDelay: 1000,
  maxDelay: 60000,
  backoffMultiplier: 2,
  jitterFactor: 0.25,
  retryableErrors: ["RATE_LIMITED", "TIMEOUT", "NETWORK_ERROR"],
};

console.log("the third retry waits", delay >= 3200 && delay <= 4800 ? "from 3200 to 4800 ms" : `${delay} ms`);
console.log("by default there are", RetryStrategy.defaults.maxRetries, "retries");

// The surface is overloaded at first: not one of the codes that this strategy retries.
await using desk = await openDesk(1);
const executor = createExecutor({
  surfaceAdapters: desk.adapterRegistry,
  sessionPool: desk.sessionPoolClient,
  credentialVault: desk.vaultClient,
});
const narrow = await executor.executeJob({ ...desk.jobOf("Why?"), retry: strategy });
console.log(narrow.error?.code, "after", desk.surface.asks.length, "ask");
