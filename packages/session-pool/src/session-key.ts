import { canonicalJson, type SessionRequest } from "@bentham/core";
import { placeOf, VIEWPORT } from "./context-options.ts";

/**
 * What makes a session fit a job: its surface, its account, the way it goes out and the address it is seen from, its place's
 * language and time, its viewport. A session that is kept never serves another key, and so never changes its proxy.
 */
export function sessionKey(request: SessionRequest): string {
  const { job, credential, proxy } = request;
  return canonicalJson({
    surface: job.surfaceId,
    site: job.surface?.baseURL ?? null,
    account: credential?.id ?? null,
    location: job.locationId,
    exit: proxy.exit ?? proxy.id,
    route: proxy.browser ? [proxy.browser.server, proxy.browser.username] : null,
    place: { ...placeOf(request), geolocation: proxy.place?.geolocation ?? null },
    viewport: VIEWPORT,
  });
}
