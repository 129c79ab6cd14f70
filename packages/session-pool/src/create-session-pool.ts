import { randomUUID } from "node:crypto";
import process from "node:process";
import { BenthamError, type Clock, leaseOf, type SessionPool, type SessionRequest, systemClock } from "@bentham/core";
import type { BrowserContextOptions } from "playwright-core";
import { BrowserHosts } from "./browser-hosts.ts";
import { findChromium } from "./find-chromium.ts";
import { Places } from "./places.ts";
import { publicKeyPins } from "./public-key-pins.ts";

/** Sessions at once unless somebody says otherwise. */
const DEFAULT_MAX_SESSIONS = 8;

/** How long a job waits for a free session before it is put off, in milliseconds. */
const PATIENCE = 10_000;

const VIEWPORT = { width: 1280, height: 800 } as const;

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
  /** @default the real clock */
  readonly clock?: Clock | undefined;
}

/** A session pool that holds browsers; disposing it ends them. */
export interface DisposableSessionPool extends SessionPool, AsyncDisposable {
  /** Whether pages run in Chromium's sandbox. They cannot where this process is root's. */
  readonly isSandboxed: boolean;
}

/**
 * A pool of browser sessions: each a fresh context with one page, for one job, in a Chromium that at most four of them
 * share. Browsers are started when they are needed.
 *
 * @throws BenthamError CONFIG_INVALID for an option out of its range, or an authority that is no certificate.
 */
export function createSessionPool(options: SessionPoolOptions): DisposableSessionPool {
  const { folder, executable, maxSessions = DEFAULT_MAX_SESSIONS, authorities = [], clock = systemClock } = options;
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

  return {
    isSandboxed,
    async acquire(request) {
      await places.take(PATIENCE, request.signal);
      try {
        const context = contextOptions(request);
        const { host, session, leave } = await hosts.open(context);
        const facts = { ...host.facts, viewport: `${VIEWPORT.width}x${VIEWPORT.height}`, ...placeOf(request) };
        const diagnose = async (): Promise<BenthamError | undefined> =>
          session.hasCrashed()
            ? new BenthamError("PAGE_CRASHED", "the page's process has died")
            : host.trouble(session.page.isClosed());
        const lent = { context: session.context, page: session.page, facts, diagnose };
        return leaseOf(randomUUID(), lent, async () => {
          try {
            await leave();
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

function contextOptions(request: SessionRequest): BrowserContextOptions {
  const { browser: route } = request.proxy;
  const { locale, timeZone } = placeOf(request);
  const { geolocation } = request.proxy.place ?? {};
  return {
    viewport: VIEWPORT,
    ...(locale === undefined ? {} : { locale }),
    ...(timeZone === undefined ? {} : { timezoneId: timeZone }),
    // A page that asks where it is gets the place's answer; every other permission is refused.
    ...(geolocation ? { geolocation, permissions: ["geolocation"] } : {}),
    ...(route && {
      proxy: { server: route.server, username: route.username, password: route.password.reveal() },
    }),
  };
}

function placeOf({ proxy: { place } }: SessionRequest): { readonly locale?: string; readonly timeZone?: string } {
  return {
    ...(place?.locale === undefined ? {} : { locale: place.locale }),
    ...(place?.timeZone === undefined ? {} : { timeZone: place.timeZone }),
  };
}
