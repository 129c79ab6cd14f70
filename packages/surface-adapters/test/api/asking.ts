import {
  type Answer,
  type AskContext,
  BenthamError,
  type CredentialLease,
  DIRECT,
  type Job,
  leaseOf,
  type Recording,
  Secret,
  type SurfaceSettings,
  systemClock,
} from "@bentham/core";
import { createAdapterRegistry } from "@bentham/surface-adapters";

const recording: Recording = {
  record: (fetch) => fetch,
  finish: async () => undefined,
  discard: async () => {},
};

/** A credential `KEY` that may go to `host` alone. */
export function keyFor(host: string): CredentialLease {
  const secret = new Secret("KEY");
  const valueFor = (url: string | URL): Secret => {
    if (new URL(url).host === host) return secret;
    throw new BenthamError("CREDENTIAL_HOST_MISMATCH", "the credential is not for this host");
  };
  return leaseOf("pool/KEY", { pool: "pool", secrets: [secret], valueFor }, () => {});
}

/** A `beforeAsk` that lets every question out, and counts them. */
export function askCounter(): { asks: number; beforeAsk: () => Promise<void> } {
  const counter = {
    asks: 0,
    beforeAsk: async (): Promise<void> => {
      counter.asks += 1;
    },
  };
  return counter;
}

/** A context that asks over Node's own `fetch`, as an executor without a proxy manager gives. */
export function contextOf(parts: Partial<AskContext> = {}): AskContext {
  return {
    signal: new AbortController().signal,
    fetch: (input, init) => fetch(input, { ...init, redirect: "manual" }),
    beforeAsk: async () => {},
    proxy: leaseOf(DIRECT, {}, () => {}),
    recording,
    clock: systemClock,
    ...parts,
  };
}

export function jobOf(adapter: string, surface: SurfaceSettings): Job {
  return {
    jobId: "00000000-0000-5000-8000-000000000000",
    studyId: "study",
    queryId: "q1",
    surfaceId: "my-surface",
    locationId: DIRECT,
    query: "Which running shoes last longest?",
    surface: { adapter, ...surface },
  };
}

/** Asks the server at `url` by the adapter of that name. */
export async function askAt(
  url: string,
  adapter: string,
  surface: SurfaceSettings = {},
  parts: Partial<AskContext> = {},
): Promise<Answer> {
  const job = jobOf(adapter, { baseURL: `${url}/v1`, model: "asked-model", ...surface });
  return createAdapterRegistry().resolve(job).ask(job, contextOf(parts));
}
