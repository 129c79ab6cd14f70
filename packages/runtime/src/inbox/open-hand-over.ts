import {
  BenthamError,
  type CredentialLease,
  type InboxItem,
  type Job,
  type ProxyLease,
  Secret,
  systemClock,
  withinTime,
} from "@bentham/core";
import { playwrightSession } from "@bentham/core/playwright";
import { openLiveView, type ViewEnding, type ViewTexts } from "@bentham/session-pool";
import type { WebDefinition } from "@bentham/surface-adapters";
import type { Runtime } from "../open-runtime.ts";
import { startingWith } from "./anonymous-sessions.ts";

/** How long the page may take to begin to load, in milliseconds. */
const LOAD_PATIENCE = 30_000;

/** How long it may take to collect what the browser has, in milliseconds. */
const COLLECT_PATIENCE = 15_000;

/** The parts of a runtime that a hand-over is made with. */
export type HandOverParts = Pick<Runtime, "proxyManager" | "sessionPool" | "credentialVault" | "anonymous">;

/** What is handed over: a session as a job of the study would have it. */
export interface HandOverPlace extends Pick<Job, "surfaceId" | "locationId" | "surface"> {
  readonly definition: WebDefinition;
  /** The account that it is a session of. @default none */
  readonly account?: { readonly pool: string; readonly id: string };
  /** The proxy to go by, where it may be used. */
  readonly proxyId?: string;
}

/** What the person is told, and what is done when they are. */
export interface HandOverOptions {
  readonly texts: ViewTexts;
  /**
   * Looks, as soon as the person has chosen, whether what they see to is over meanwhile, and tells in words what it came to. Nothing
   * is done then. What ends after this look, `done` must notice.
   *
   * @default it cannot be
   */
  readonly over?: () => Promise<string | undefined>;
  /**
   * Does what it means to be done; tells in words what came of it. `save` keeps what the browser has: where that is not called,
   * it was over after all.
   */
  readonly done: (save: () => Promise<void>) => Promise<string>;
  /** Tells in words what came of giving it up. */
  readonly blocked?: () => Promise<string>;
  /** Ends the opening. @default nothing does */
  readonly signal?: AbortSignal;
}

/** A session in a person's hands. Disposing it takes the session back. */
export interface HandOver extends AsyncDisposable {
  /** The link for the person. */
  readonly url: string;
  readonly ended: Promise<ViewEnding>;
  /** What was told, where the view has ended by its being over. */
  readonly wasOver: () => string | undefined;
}

/**
 * Restores the session that a job of the study would have (what was saved of it, the same location and proxy, the same
 * language, the same browser), opens its surface's page, and hands it to a person. What the browser has in the end is saved
 * encrypted, for the account, or for sessions without one of this surface and location.
 *
 * @throws BenthamError what leasing and opening throw: LOCATION_UNAVAILABLE, CREDENTIAL_MISSING, PROXY_FAILED and so on; the signal's
 *   reason, when all that was leased has been given back.
 */
export async function openHandOver(
  parts: HandOverParts,
  place: HandOverPlace,
  { texts, over, done, blocked, signal }: HandOverOptions,
): Promise<HandOver> {
  const { proxyManager, sessionPool, credentialVault, anonymous } = parts;
  const { surfaceId, locationId, surface = {}, account, definition } = place;
  const url = surface.baseURL ?? definition.start;
  if (url === undefined) throw new BenthamError("CONFIG_INVALID", `where the surface "${surfaceId}" is, nothing says`);
  const needs = { session: true, site: url };
  const job: Job = { jobId: "hand-over", studyId: "hand-over", queryId: "", query: "", surfaceId, locationId, surface };

  await using made = new AsyncDisposableStack();
  signal?.throwIfAborted();
  const credential = account
    ? made.use(await credentialVault.leaseToPerson(account.pool, account.id, locationId))
    : await anonymousCredential(parts, place);
  const until = signal ? { signal } : {};
  const prefers = place.proxyId === undefined ? {} : { prefers: place.proxyId };
  const leased = credential ? { credential } : {};
  const proxy = made.use(await proxyManager.acquire({ job, needs, ...leased, ...prefers, ...until, isPerson: true }));
  const session = made.use(await sessionPool.acquire({ job, needs, ...leased, ...until, proxy }));
  signal?.throwIfAborted();
  const { page, context } = playwrightSession(session);
  const loading = page.goto(url, { waitUntil: "domcontentloaded", timeout: LOAD_PATIENCE });
  await unlessAborted(opened(loading, proxy, url), signal);

  const collect = async (): Promise<Secret> => {
    const state = await withinTime(context.storageState({ indexedDB: true }), systemClock, COLLECT_PATIENCE, () => {
      throw new BenthamError(
        "TIMEOUT",
        "what the browser has could not be collected in time: try again, or reload the page",
      );
    });
    return new Secret(JSON.stringify(state));
  };
  const save = async (state: Secret): Promise<void> => {
    if (account) {
      await credentialVault.saveAccountState(account.pool, account.id, state, locationId);
      await proxy.settle?.();
    } else await anonymous.save(place, state, proxy.id);
  };
  let wasOver: string | undefined;
  const view = made.use(
    await openLiveView({
      session,
      texts,
      async finish(choice) {
        wasOver = await over?.();
        if (wasOver !== undefined) return wasOver;
        if (choice === "blocked" && blocked) return blocked();
        const state = await collect();
        let isSaved = false;
        const text = await done(async () => {
          await save(state);
          isSaved = true;
        });
        if (!isSaved) wasOver = text;
        return text;
      },
    }),
  );
  signal?.throwIfAborted();
  const owned = made.move();
  return {
    url: view.url,
    ended: view.ended,
    wasOver: () => wasOver,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** What a session without an account starts with, where a person has been there before. */
async function anonymousCredential(
  { anonymous }: HandOverParts,
  place: HandOverPlace,
): Promise<CredentialLease | undefined> {
  const saved = await anonymous.read(place);
  return saved && startingWith(place, saved);
}

/** A page that cannot be had is of no use to a person; one that answers with an error may be what they are to see to. */
async function opened(loading: Promise<unknown>, proxy: ProxyLease, url: string): Promise<void> {
  try {
    await loading;
  } catch (error) {
    const cause = (await proxy.diagnose?.()) ?? error;
    const [reason = ""] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
    throw new BenthamError("NETWORK_ERROR", `${url} could not be opened: ${reason}`, { cause });
  }
}

/** Waits for `work` until the signal aborts, and rejects with its reason then: what is closed after that ends the work, too. */
async function unlessAborted(work: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return void (await work);
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  try {
    await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** The account of an item, by its parts. */
export function accountOf({ account, credentialPool }: InboxItem): HandOverPlace["account"] {
  if (account === undefined || credentialPool === undefined) return undefined;
  return { pool: credentialPool, id: account.slice(credentialPool.length + 1) };
}
