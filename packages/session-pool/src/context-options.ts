import type { SessionRequest } from "@bentham/core";
import type { BrowserContextOptions } from "playwright-core";

/** The size of every page, in CSS pixels. */
export const VIEWPORT = { width: 1280, height: 800 } as const;

/** How a job's context is made, but for what it starts with: its way out, and what its place says. */
export function contextOptions(request: SessionRequest): BrowserContextOptions {
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

/** The language and the time of a job's place, where it has them. */
export function placeOf({ proxy: { place } }: SessionRequest): {
  readonly locale?: string;
  readonly timeZone?: string;
} {
  return {
    ...(place?.locale === undefined ? {} : { locale: place.locale }),
    ...(place?.timeZone === undefined ? {} : { timeZone: place.timeZone }),
  };
}
