import { resolve } from "node:path";
import { BenthamError, type EvidenceStore, type Fetch, Secret } from "@bentham/core";
import { createFolderStore, createS3Store, type S3Credentials } from "@bentham/evidence-collector";
import { type Configuration, folderOf } from "./configuration.ts";
import { type CredentialSources, vaultOf } from "./credential-problems.ts";

/** What a store of evidence is made from. */
export interface EvidenceStoreSources extends CredentialSources {
  /** The way out that guards addresses. */
  readonly fetch: Fetch;
  readonly allowPrivate: boolean;
}

type S3Configuration = Extract<NonNullable<NonNullable<Configuration["evidence"]>["store"]>, { kind: "s3" }>;

/** Where regions mean nothing, this one mostly does as one. */
const DEFAULT_REGION = "us-east-1";

/**
 * The store that a configuration has bags copied to; undefined where it has none. Nothing is asked of it yet.
 *
 * @throws BenthamError CONFIG_INVALID for what cannot be one.
 */
export function evidenceStoreOf(sources: EvidenceStoreSources): EvidenceStore | undefined {
  const { configuration, allowPrivate, fetch } = sources;
  const store = configuration.evidence?.store;
  if (!store) return undefined;
  if (store.kind === "folder") return createFolderStore({ folder: resolve(folderOf(configuration), store.path) });
  const { endpoint, bucket, region = DEFAULT_REGION, prefix, retention } = store;
  if (endpoint.startsWith("http:") && !allowPrivate) {
    throw new BenthamError(
      "CONFIG_INVALID",
      `${configuration.file}: evidence.store.endpoint: over http anybody on the way could read the evidence; ` +
        "write https://, or allow private addresses (allowPrivate: true, or --allow-private)",
    );
  }
  return createS3Store({
    endpoint,
    bucket,
    region,
    prefix,
    retention,
    fetch,
    credentials: credentialsOf(sources, store),
  });
}

/** Asks for credentials when they are needed: those of the pool, else those that AWS's own tools take. */
function credentialsOf(sources: EvidenceStoreSources, { credential, endpoint }: S3Configuration) {
  const vault = vaultOf(sources);
  const { host } = new URL(endpoint);
  return async (url: URL): Promise<S3Credentials> => {
    if (credential === undefined) return fromEnvironment(sources.environment, url, host);
    await using lease = await vault.lease(credential);
    return inOneValue(lease.valueFor(url), credential);
  };
}

function fromEnvironment(environment: NodeJS.ProcessEnv, { host }: URL, endpoint: string): S3Credentials {
  const [id, secret, token] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"].map(
    (name) => environment[name] ?? "",
  );
  if (host === endpoint && id && secret) {
    return {
      accessKeyId: id,
      secretAccessKey: new Secret(secret),
      ...(token ? { sessionToken: new Secret(token) } : {}),
    };
  }
  throw new BenthamError(
    "CREDENTIAL_MISSING",
    "there are no credentials for the store of evidence: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a " +
      "pool as evidence.store.credential",
  );
}

/** `<access key id>:<secret access key>`, and `:<session token>` where there is one. None of the three has a colon in it. */
function inOneValue(value: Secret, pool: string): S3Credentials {
  const [accessKeyId, secret, token, more] = value.reveal().split(":");
  if (accessKeyId && secret && token !== "" && more === undefined) {
    return {
      accessKeyId,
      secretAccessKey: new Secret(secret),
      ...(token === undefined ? {} : { sessionToken: new Secret(token) }),
    };
  }
  throw new BenthamError(
    "CREDENTIAL_MISSING",
    `the credential of pool "${pool}" is none for a store of evidence: set it as ACCESS_KEY_ID:SECRET_ACCESS_KEY`,
  );
}
