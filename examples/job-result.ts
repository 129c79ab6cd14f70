// The structure of a job's result.

import type { LocationId, SurfaceId } from "@bentham/core";
import { createExecutor } from "@bentham/executor";
import { openDesk } from "./ports/example-desk.ts";

interface JobResult {
  jobId: string;
  studyId: string;
  surfaceId: SurfaceId;
  locationId: LocationId;
  queryId: string;

  success: boolean;
  response?: {
    text: string;
    responseTimeMs: number;
    tokenCount?: number;
  };

  error?: {
    code: string;
    message: string;
    isRetryable: boolean;
    retryCount: number;
  };

  evidence?: {
    screenshotPath?: string;
    htmlArchivePath?: string;
    harFilePath?: string;
    sha256Hash: string;
    capturedAt: Date;
  };

  metadata: {
    executedAt: Date;
    executionTimeMs: number;
    proxyUsed?: string;
    sessionId?: string;
    credentialId?: string;
  };
}

await using desk = await openDesk();
const executor = createExecutor({
  surfaceAdapters: desk.adapterRegistry,
  sessionPool: desk.sessionPoolClient,
  proxyManager: desk.proxyManagerClient,
  evidenceCollector: desk.evidenceClient,
  credentialVault: desk.vaultClient,
});

const answered: JobResult = await executor.executeJob(desk.jobOf("Why is the sea salty?"));
const { credentialPool: _pool, ...withoutKey } = desk.jobOf("Why?");
const failed: JobResult = await executor.executeJob(withoutKey);

console.log(answered.success, answered.response?.text, answered.evidence?.sha256Hash.length);
console.log(
  answered.metadata.executedAt instanceof Date,
  answered.metadata.proxyUsed,
  answered.metadata.sessionId,
  answered.metadata.credentialId,
);
console.log(failed.success, failed.error?.code, failed.error?.isRetryable, failed.error?.retryCount);
