import { randomUUID } from "node:crypto";
import { dirname, join } from "node:path";
import process from "node:process";
import {
  BenthamError,
  type Clock,
  type LeaseEnding,
  leaseOf,
  type SessionPool,
  type SessionRequest,
  systemClock,
} from "@bentham/core";
import { BrowserHosts, MOST_SESSIONS } from "./browser-hosts.ts";
import { sessionsThatFit } from "./capacity.ts";
import { checkEndpoint } from "./connect.ts";
import { placeOf, VIEWPORT } from "./context-options.ts";
import { findChromium } from "./find-chromium.ts";
import { Places } from "./places.ts";
import type { SessionState } from "./pooled-session.ts";
import { Profiles } from "./profiles.ts";
import { publicKeyPins } from "./public-key-pins.ts";
import { modeOf, type SessionMode } from "./session-mode.ts";
import { Sessions } from "./sessions.ts";

/** How long a job waits for a free session before it is put off, in milliseconds. */
const PATIENCE = 10_000;

/** Options of {@link createSessionPool}. */
export interface SessionPoolOptions {
  /** Where browsers keep their profiles and temporary files while they run; made when it is needed, empty afterwards. */
  readonly folder: string;
  /** The whole path of a Chromium. @default what `findChromium` finds */
  readonly executable?: string | undefined;
  /**
   * Most sessions at once, 1 or more; each takes about 70 MB, and every fourth a browser of 230 MB.
   *
   * @default as many as half of the memory that is free has room for, 250 MB each; 8 at most
   */
  readonly maxSessions?: number | undefined;
  /**
   * Certificates (PEM) of authorities that pages may come from beside those that Chromium trusts. A server of theirs must
   * send the authority's certificate, too. @default none
   */
  readonly authorities?: readonly string[] | undefined;
  /** How long what sessions gather lasts, by surface. @default sticky for accounts, else for one job */
  readonly modes?: Readonly<Record<string, SessionMode>> | undefined;
  /** Where the profiles of accounts are, for surfaces of the mode `profile`. @default `profiles` beside `folder` */
  readonly profiles?: string | undefined;
  /** Memory of its own (megabytes) above which a browser is replaced, between jobs. @default 1500 */
  readonly maxBrowserMegabytes?: number | undefined;
  /**
   * The address of a browser on this machine that is running already, such as `http://127.0.0.1:9222`. Sessions are contexts of
   * their own in it, and it is not ended. @default browsers are started
   */
  readonly connect?: string | undefined;
  /** @default the real clock */
  readonly clock?: Clock | undefined;
}

/** A session pool that holds browsers; disposing it ends them. */
export interface DisposableSessionPool extends SessionPool, AsyncDisposable {
  /** Whether pages run in Chromium's sandbox. They cannot where this process is root's. */
  readonly isSandboxed: boolean;
  /** Starts a browser ahead of the first job, where none is up. What goes wrong, that job is told. */
  warmUp(): void;
  /** How many sessions stand where. */
  standings(): Readonly<Partial<Record<SessionState, number>>>;
}

/**
 * A pool of browser sessions: each a fresh context with one page, for one job, in a Chromium that at most four of them
 * share. Browsers are started when they are needed.
 *
 * @throws BenthamError CONFIG_INVALID for an option out of its range, or an authority that is no certificate.
 */
export function createSessionPool(options: SessionPoolOptions): DisposableSessionPool {
  const { folder, executable, maxSessions = sessionsThatFit(), authorities = [], maxBrowserMegabytes = 1500 } = options;
  const { modes = {}, connect, clock = systemClock } = options;
  for (const [name, value] of Object.entries({ maxSessions, maxBrowserMegabytes })) {
    if (Number.isSafeInteger(value) && value >= 1) continue;
    throw new BenthamError("CONFIG_INVALID", `${name} must be a whole number of 1 or more, and is ${value}`);
  }
  if (connect !== undefined) checkEndpoint(connect);
  const trustedKeys = publicKeyPins(authorities);
  const isSandboxed = process.getuid?.() !== 0;
  const places = new Places(maxSessions, clock);
  const launching = {
    folder,
    sandbox: isSandboxed,
    trustedKeys,
    mostMemory: maxBrowserMegabytes * 1e6,
    executable: () => findChromium(process.env, executable),
    clock,
  };
  const hosts = new BrowserHosts({ ...launching, connect });
  const profiles = new Profiles({ ...launching, profiles: options.profiles ?? join(dirname(folder), "profiles") });
  const sessions = new Sessions({ hosts, profiles, modes, maxSessions });
  const warmUp = (): void => hosts.warm(Math.ceil(maxSessions / MOST_SESSIONS));

  return {
    isSandboxed,
    warmUp,
    standings: () => sessions.standings(),
    async acquire(request) {
      if (modeOf(request, modes) !== "profile") warmUp(); // It comes up while the job waits for its place.
      await places.take(PATIENCE, request.signal);
      try {
        const pooled = await sessions.take(request);
        const { host, session } = pooled.parts;
        const diagnose = async (): Promise<BenthamError | undefined> =>
          session.hasCrashed
            ? new BenthamError("PAGE_CRASHED", "the page's process has died")
            : host.trouble(session.page.isClosed());
        const facts = { ...host.facts, ...factsOf(request, modeOf(request, modes)) };
        const lent = { context: session.context, page: session.page, facts, diagnose };
        const giveBack = async (ending?: LeaseEnding): Promise<void> => {
          try {
            await sessions.giveBack(pooled, ending, request.credential);
          } finally {
            places.give();
          }
        };
        return leaseOf(randomUUID(), lent, giveBack, { owner: request.job.jobId, neededFor: request.neededFor, clock });
      } catch (error) {
        places.give();
        throw error;
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([hosts.close(), profiles.close()]);
    },
  };
}

function factsOf(request: SessionRequest, session: SessionMode): { readonly [name: string]: string } {
  return { viewport: `${VIEWPORT.width}x${VIEWPORT.height}`, session, ...placeOf(request) };
}
