import { type ClaimBounds, DIRECT, type Run, type RunStore } from "@bentham/core";
import { type CredentialSources, vaultOf } from "./credential-problems.ts";
import { knownSurfaces, type readWebSurfaces } from "./web-surfaces.ts";

/** What {@link workerMeans} is told of a worker. */
export interface WorkerMeansOptions {
  readonly store: RunStore;
  readonly credentials: CredentialSources;
  readonly webSurfaces: Awaited<ReturnType<typeof readWebSurfaces>>;
}

/** What a worker has means for. */
export interface WorkerMeans {
  /** What it may claim. A pool of a run that was not looked at yet is beyond it. */
  readonly only: () => ClaimBounds;
  /**
   * Looks at the unfinished runs of the store.
   *
   * @returns a sentence for each of the means that they need and the worker has not; the cells that need it wait for
   *   another worker.
   */
  look(): Promise<string[]>;
}

/** The means of a worker on any run of a store: the locations, adapters and credentials of its configuration. */
export function workerMeans({ store, credentials, webSurfaces }: WorkerMeansOptions): WorkerMeans {
  const vault = vaultOf(credentials);
  const locationIds = new Set([DIRECT, ...Object.keys(credentials.configuration.locations ?? {})]);
  const adapters = new Set(knownSurfaces(webSurfaces).map(({ name }) => name));
  const credentialPools = new Set<string>();
  const problems = new Map<string, readonly string[]>();

  const problemsOf = async (pool: string): Promise<readonly string[]> => {
    const found = problems.get(pool) ?? (await vault.check([{ pool }]));
    problems.set(pool, found);
    if (found.length === 0) credentialPools.add(pool);
    return found;
  };
  const lacking = async ({ runId, plan: { locations, surfaces } }: Run): Promise<string[]> => {
    const lacks = locations.filter((id) => !locationIds.has(id)).map((id) => `location "${id}" is not configured`);
    for (const { id, settings, credentialPool } of surfaces) {
      const adapter = settings.adapter ?? id;
      if (!adapters.has(adapter)) lacks.push(`surface "${adapter}" is not configured`);
      if (credentialPool !== undefined) lacks.push(...(await problemsOf(credentialPool)));
    }
    return [...new Set(lacks)].map((lack) => `leaves cells of ${runId} to other workers: ${lack}`);
  };
  return {
    only: () => ({ locationIds, adapters, credentialPools }),
    async look() {
      const lacks: string[] = [];
      for (const run of await store.runs("unfinished")) lacks.push(...(await lacking(run)));
      return lacks;
    },
  };
}
