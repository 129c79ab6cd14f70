import { randomUUID } from "node:crypto";
import process from "node:process";
import { BenthamError, type Clock, leaseOf, type SessionPool, type SessionRequest, systemClock } from "@bentham/core";
import { BrowserHosts } from "./browser-hosts.ts";
import { placeOf, VIEWPORT } from "./context-options.ts";
import { findChromium } from "./find-chromium.ts";
import { Places } from "./places.ts";
import type { SessionState } from "./pooled-session.ts";
import { publicKeyPins } from "./public-key-pins.ts";
import { modeOf, type SessionMode } from "./session-mode.ts";
import { Sessions } from "./sessions.ts";

/** Sessions at once unless somebody says otherwise. */
const DEFAULT_MAX_SESSIONS = 8;

/** How long a job waits for a free session before it is put off, in milliseconds. */
const PATIENCE = 10_000;

/** Options of {@link createSessionPool}. */
export interface SessionPoolOptions {
  /** Where browsers keep their profiles and temporary files while they run; made when it is needed, empty afterwards. */
  readonly folder: string;
  /** The whole path of a Chromium. @default what `findChromium` finds */
  readonly executable?: string | undefined;
  /** Most sessions at once, 1 or more; each takes about 70 MB, and every fourth a browser of 230 MB. @default 8 */
  readonly maxSessions?: number | undefined;
  /**
   * Certificates (PEM) of authorities that pages may come from beside those that Chromium trusts. A server of theirs must
   * send the authority's certificate, too. @default none
   */
  readonly authorities?: readonly string[] | undefined;
  /** How long what sessions gather lasts, by surface. @default sticky for accounts, else for one job */
  readonly modes?: Readonly<Record<string, SessionMode>> | undefined;
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
  const { folder, executable, maxSessions = DEFAULT_MAX_SESSIONS, authorities = [] } = options;
  const { modes = {}, clock = systemClock } = options;
  if (!Number.isSafeInteger(maxSessions) || maxSessions < 1) {
    throw new BenthamError("CONFIG_INVALID", `maxSessions must be a whole number of 1 or more, and is ${maxSessions}`);
  }
  const trustedKeys = publicKeyPins(authorities);
  const isSandboxed = process.getuid?.() !== 0;
  const places = new Places(maxSessions, clock);
  const hosts = new BrowserHosts(async () => ({
    executable: await findChromium(process.env, executable),
    folder,
    sandbox: isSandboxed,
    trustedKeys,
    clock,
  }));

  const sessions = new Sessions({ hosts, modes, maxSessions });

  return {
    isSandboxed,
    warmUp: () => hosts.warm(),
    standings: () => sessions.standings(),
    async acquire(request) {
      hosts.warm(); // It comes up while the job waits for its place.
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
        return leaseOf(randomUUID(), lent, async (ending) => {
          try {
            await sessions.giveBack(pooled, ending, request.credential);
          } finally {
            places.give();
          }
        });
      } catch (error) {
        places.give();
        throw error;
      }
    },
    [Symbol.asyncDispose]: () => hosts.close(),
  };
}

function factsOf(request: SessionRequest, session: SessionMode): { readonly [name: string]: string } {
  return { viewport: `${VIEWPORT.width}x${VIEWPORT.height}`, session, ...placeOf(request) };
}
