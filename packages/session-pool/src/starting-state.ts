import {
  type CredentialCookie,
  type CredentialLease,
  type CredentialMaterial,
  isBenthamError,
  type SessionRequest,
} from "@bentham/core";
import type { BrowserContextOptions } from "playwright-core";

/** What a context may be started with, and what it had in the end: cookies, and what pages keep. */
export type StorageState = Exclude<NonNullable<BrowserContextOptions["storageState"]>, string>;

type StateCookie = StorageState["cookies"][number];

/**
 * What the session of a job starts with: what was saved of its account, else the cookies or the storage state that its
 * credential is. Of the latter, only what is for hosts that the credential is bound to; what was saved are the sites' own
 * cookies, and each site gets its own back. Nothing where the account has been taken to another proxy: a session is never seen
 * from two.
 *
 * @throws BenthamError CREDENTIAL_HOST_MISMATCH when the surface is none of the credential's hosts.
 */
export function startingState({ job, needs, credential, proxy }: SessionRequest): StorageState | undefined {
  const site = URL.parse(job.surface?.baseURL ?? needs?.site ?? "");
  if (!credential?.materialFor || !site) return undefined;
  const material = credential.materialFor(site);
  if (proxy.movedFrom !== undefined) return undefined;
  if (credential.savedState) return stateIn(credential.savedState.reveal());
  return stateOf(material, site, credential);
}

function stateOf(material: CredentialMaterial, site: URL, credential: CredentialLease): StorageState | undefined {
  if (material.type === "cookies") {
    const cookies = material.cookies.map((cookie) => cookieOf(cookie, site));
    return { cookies: cookies.filter((cookie) => isFor(cookie.domain, site, credential)), origins: [] };
  }
  if (material.type !== "storage-state") return undefined;
  const { cookies, origins, ...more } = stateIn(material.state.reveal());
  return {
    ...more,
    cookies: cookies.filter((cookie) => isFor(cookie.domain, site, credential)),
    origins: origins.filter(({ origin }) => isBound(origin, credential)),
  };
}

function cookieOf(cookie: CredentialCookie, site: URL): StateCookie {
  const isSecure = site.protocol === "https:";
  const { name, domain = site.hostname, path = "/", expires = -1, httpOnly = false, secure = isSecure } = cookie;
  return {
    name,
    value: cookie.value.reveal(),
    domain,
    path,
    expires,
    httpOnly,
    secure,
    sameSite: cookie.sameSite ?? "Lax",
  };
}

/** Whether a cookie's domain is the site, one above it, or another host that the credential is bound to. */
function isFor(domain: string, site: URL, credential: CredentialLease): boolean {
  const host = domain.replace(/^\./, "").toLowerCase();
  const isAbove = domain.startsWith(".") && site.hostname.endsWith(`.${host}`);
  return site.hostname === host || isAbove || isBound(`https://${host}/`, credential);
}

function isBound(url: string, credential: CredentialLease): boolean {
  try {
    credential.materialFor?.(url);
    return true;
  } catch (error) {
    if (isBenthamError(error) && error.code === "CREDENTIAL_HOST_MISMATCH") return false;
    throw error;
  }
}

/** A lender has looked at it: it is a storage state. */
function stateIn(json: string): StorageState {
  return JSON.parse(json);
}
