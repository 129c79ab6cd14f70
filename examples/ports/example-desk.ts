import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CredentialVault, EvidenceCollector, Job, ProxyManager, SurfaceAdapterRegistry } from "@bentham/core";
import { createAdapterRegistry } from "./adapter-registry.ts";
import { createCredentialVault } from "./credential-vault.ts";
import { createEvidenceCollector } from "./evidence-collector.ts";
import { createProxyManager } from "./proxy-manager.ts";
import { type CountedSessionPool, createSessionPool } from "./session-pool.ts";
import { type ExampleSurface, startSurface, SURFACE_KEY } from "./surface.ts";

/** A surface, and a user's own implementation of each of the five ports. */
export interface ExampleDesk extends AsyncDisposable {
  readonly surface: ExampleSurface;
  readonly adapterRegistry: SurfaceAdapterRegistry;
  readonly sessionPoolClient: CountedSessionPool;
  readonly proxyManagerClient: ProxyManager;
  readonly evidenceClient: EvidenceCollector;
  readonly evidenceFolder: string;
  readonly vaultClient: CredentialVault;
  /** A job for the surface. */
  jobOf(query: string): Job;
}

/** @param failures How often the surface fails before it answers. */
export async function openDesk(failures = 0): Promise<ExampleDesk> {
  const surface = await startSurface(failures);
  const evidenceFolder = await mkdtemp(join(tmpdir(), "bentham-example-"));
  let jobs = 0;
  return {
    surface,
    adapterRegistry: createAdapterRegistry(surface.url),
    sessionPoolClient: createSessionPool(5),
    proxyManagerClient: createProxyManager(),
    evidenceClient: createEvidenceCollector(evidenceFolder),
    evidenceFolder,
    vaultClient: createCredentialVault("team", SURFACE_KEY, surface.url),
    jobOf: (query) => ({
      jobId: `job-${++jobs}`,
      studyId: "example-study",
      queryId: `query-${jobs}`,
      surfaceId: "example",
      locationId: "direct",
      query,
      credentialPool: "team",
    }),
    async [Symbol.asyncDispose]() {
      await surface[Symbol.asyncDispose]();
      await rm(evidenceFolder, { recursive: true });
    },
  };
}
