import { join, resolve } from "node:path";
import {
  type EvidenceStore,
  isBenthamError,
  type LocationId,
  type ProxyManager,
  type Run,
  type SessionPool,
} from "@bentham/core";
import type { CheckedCredentialVault } from "@bentham/credential-vault";
import {
  BagCopier,
  type CopyStanding,
  createEvidenceCollector,
  EvidenceStoreError,
  openSigningKey,
  type RunRoot,
} from "@bentham/evidence-collector";
import { createExecutor, type Executor } from "@bentham/executor";
import type { SqliteStore } from "@bentham/job-store";
import { createProxyManager } from "@bentham/proxy-manager";
import { createSessionPool, findChromium, type SessionMode } from "@bentham/session-pool";
import type { WebDefinition } from "@bentham/surface-adapters";
import { createValidator } from "@bentham/validator";
import { adaptersOf } from "./adapters-of.ts";
import { AnonymousSessions } from "./inbox/anonymous-sessions.ts";
import { type Configuration, folderOf } from "./configuration.ts";
import { type CredentialSources, vaultOf } from "./credential-problems.ts";
import { evidenceStoreOf } from "./evidence-store-of.ts";
import { EventLog } from "./log/event-log.ts";
import { locationsOf } from "./locations-of.ts";
import { checkWritable, makeFolder } from "./make-folder.ts";
import { openStore } from "./open-store.ts";
import { readPemFiles } from "./read-pem-files.ts";
import { sealRunRoot } from "./seal-run-root.ts";
import { software } from "./software.ts";
import { vaultFileOf } from "./vault-file-of.ts";
import { type StampReport, stampWaitingRoots, timeStampsOf } from "./time-stamps.ts";

/** What a runtime is made from. */
export interface RuntimeOptions extends CredentialSources {
  /** The data folder: store, evidence and vault. */
  readonly folder: string;
  /** Lets jobs go to loopback and private addresses, whatever the configuration says. */
  readonly allowPrivate?: boolean;
  /** The web surfaces there are beside the built-in ones. @default none */
  readonly webSurfaces?: readonly WebDefinition[];
  /** The locations that jobs come from. @default `direct` alone */
  readonly locations?: readonly LocationId[];
  /** Whether a browser will be needed: then there must be one. @default false */
  readonly needsBrowser?: boolean;
  /** Where events are logged as JSON lines: a file, or `stderr`. @default what the configuration says, or nowhere */
  readonly log?: string | undefined;
}

/** The running parts of Bentham. Disposing it stops the worker and closes the store. */
export interface Runtime extends AsyncDisposable {
  readonly store: SqliteStore;
  readonly executor: Executor;
  readonly credentialVault: CheckedCredentialVault;
  /** The ways to come from a location, for what is no job's. */
  readonly proxyManager: ProxyManager;
  readonly sessionPool: SessionPool;
  /** What persons have brought about for sessions without an account. */
  readonly anonymous: AnonymousSessions;
  readonly configuration: Configuration;
  /** Where the bags are. */
  readonly evidenceFolder: string;
  /** Seals what has become of the cells of a run; does nothing when they are as they were at the last sealing. */
  readonly sealRun: (run: Run) => Promise<RunRoot>;
  /** Copies what waits of the evidence to its store, until the signal aborts. Undefined where there is no store. */
  readonly copyEvidence: (signal?: AbortSignal) => Promise<CopyStanding | undefined>;
  /** Why evidence is not copied now, in words; undefined where it is, or need not be. */
  readonly copyTrouble: () => string | undefined;
  /** Gets the time stamps that roots of any run wait for. */
  readonly stampRoots: (signal: AbortSignal) => Promise<StampReport>;
  /** What its user should know before anything is asked. */
  readonly warnings: readonly string[];
}

const NO_SANDBOX =
  "this is root's process, so Chromium runs without its sandbox: a hostile page could do anything here";

/**
 * Wires the parts together. Everything it makes, it disposes of.
 *
 * @throws BenthamError CONFIG_INVALID, CREDENTIAL_MISSING, BROWSER_LAUNCH_FAILED, EVIDENCE_FAILED, STORE_UNAVAILABLE, STORE_CORRUPT or
 *   DISK_FULL.
 */
export async function openRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { folder, configuration, environment, webSurfaces = [], locations = [], needsBrowser = false } = options;
  const { executable, maxSessions, connect } = configuration.browser ?? {};
  const authorities = await readPemFiles(configuration, "authorities", configuration.authorities ?? []);
  const timestamp = (await timeStampsOf(configuration)) !== undefined;
  const allowPrivate = options.allowPrivate ?? configuration.allowPrivate ?? false;
  const locationProxies = locationsOf(configuration, environment, locations);
  if (needsBrowser && connect === undefined) await findChromium(environment, executable);

  await using made = new AsyncDisposableStack();
  const target = options.log ?? logOf(configuration);
  const log = target === undefined ? undefined : made.use(EventLog.open(target));
  for (const { proxies } of Object.values(locationProxies))
    log?.learn(proxies.flatMap(({ password }) => password ?? []));
  const store = made.adopt(await openStore(folder), (opened) => opened.close());
  const credentialVault = vaultOf(options, store);
  const proxyManager = made.use(
    createProxyManager({
      allowPrivate,
      authorities,
      locations: locationProxies,
      echo: configuration.proxyEcho,
      state: store,
    }),
  );
  const sessionPool = made.use(
    createSessionPool({
      folder: join(folder, "run"),
      executable,
      maxSessions,
      authorities,
      connect,
      modes: modesOf(configuration),
    }),
  );
  if (needsBrowser) sessionPool.warmUp(); // It comes up while the rest does.
  const anonymous = new AnonymousSessions({ store, vaultFile: vaultFileOf(folder, configuration) });
  const [proxies, sessions] = [anonymous.guarding(proxyManager), anonymous.starting(sessionPool)];
  const evidenceFolder = join(folder, "evidence");
  await makeFolder(evidenceFolder, "EVIDENCE_FAILED"); // Said now, not of each answer that has no evidence.
  await checkWritable(evidenceFolder, "EVIDENCE_FAILED");
  const signingKey = await openSigningKey(join(folder, "signing-key.pem"));
  const evidenceStore = evidenceStoreOf({ ...options, allowPrivate, fetch: proxyManager.direct });
  const warnings = evidenceStore ? await awayWarning(evidenceStore) : [];
  const copier = evidenceStore && made.use(new BagCopier({ folder: evidenceFolder, store: evidenceStore }));
  copier?.wake();
  const evidenceCollector = createEvidenceCollector({
    folder: evidenceFolder,
    software,
    signingKey,
    copier,
    maxBagBytes: configuration.evidence?.maxBagBytes,
    fullPageHeight: configuration.evidence?.fullPageHeight,
  });
  const executor = made.use(
    createExecutor({
      surfaceAdapters: adaptersOf(webSurfaces),
      sessionPool: log?.learningFrom(sessions) ?? sessions,
      proxyManager: log?.learningFrom(proxies) ?? proxies,
      evidenceCollector,
      credentialVault: log?.learningFrom(credentialVault) ?? credentialVault,
      jobStore: store,
      validator: createValidator(),
    }),
  );
  log?.follow(executor);
  const owned = made.move();
  return {
    store,
    executor,
    credentialVault,
    proxyManager,
    sessionPool,
    anonymous,
    configuration,
    evidenceFolder,
    sealRun: (run) => sealRunRoot({ store, evidenceFolder, signingKey, timestamp, copier }, run),
    stampRoots: (signal) =>
      stampWaitingRoots({ store, evidenceFolder, configuration, fetch: proxyManager.direct, copier }, signal),
    copyEvidence: async (signal) => copier?.drain(signal),
    copyTrouble: () => copier?.trouble,
    warnings: [...warnings, ...(needsBrowser && connect === undefined && !sessionPool.isSandboxed ? [NO_SANDBOX] : [])],
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/**
 * What to say of a store that cannot be had now: bags wait for it. One that takes none until somebody changes something is
 * an error, before anything is asked.
 */
async function awayWarning(store: EvidenceStore): Promise<string[]> {
  try {
    await store.check();
    return [];
  } catch (error) {
    if (!(error instanceof EvidenceStoreError)) throw error;
    const { cause, trouble } = error;
    if (isBenthamError(cause) && cause.code.startsWith("CREDENTIAL_")) throw cause;
    if (trouble === "refused") throw error;
    return [`${error.message}: evidence is kept here, and copied when it is back`];
  }
}

/** How long what sessions gather lasts, by surface, where the configuration says it. */
function modesOf({ surfaces = {} }: Configuration): Record<string, SessionMode> {
  const said = Object.entries(surfaces).flatMap(([id, { session }]) => (session ? [[id, session] as const] : []));
  return Object.fromEntries(said);
}

/** Where the configuration wants the log. */
function logOf(configuration: Configuration): string | undefined {
  const { log } = configuration;
  return log === undefined || log === "stderr" ? log : resolve(folderOf(configuration), log);
}
