import { BenthamError, DIRECT, leaseOf, type ProxyManager } from "@bentham/core";
import type { LookupFunction } from "node:net";
import type { DirectConnections } from "./direct-connections.ts";
import { trusting } from "./trusted-authorities.ts";

/** Options of {@link createProxyManager}. */
export interface ProxyManagerOptions {
  /**
   * Whether addresses that are not on the public internet may be asked: loopback, private, link-local and so on. The
   * operator's to say, never a study's. @default false
   */
  readonly allowPrivate?: boolean | undefined;
  /** Certificates in PEM form that are trusted beside those that Node trusts. @default none */
  readonly authorities?: readonly string[] | undefined;
  /** Resolves names. @default Node's, which asks the system */
  readonly lookup?: LookupFunction | undefined;
}

/** A proxy manager that holds connections; disposing it closes them, and ends what still runs over them. */
export interface DisposableProxyManager extends ProxyManager, AsyncDisposable {}

/**
 * A proxy manager for the location `direct`, the only one it knows. Its leases share their connections, and their
 * `fetch` follows no redirect, keeps to http and https, and refuses private addresses unless they are allowed.
 *
 * @throws BenthamError CONFIG_INVALID when an authority is no certificate.
 */
export function createProxyManager(options: ProxyManagerOptions = {}): DisposableProxyManager {
  const { allowPrivate = false, authorities = [], lookup } = options;
  const trust = trusting(authorities);
  let opening: Promise<DirectConnections> | undefined;
  let closed = false;

  const open = async (): Promise<DirectConnections> => {
    const { openDirectConnections } = await import("./direct-connections.ts"); // undici takes a tenth of a second to load.
    return openDirectConnections({ allowPrivate, trust, lookup });
  };

  return {
    async acquire({ job, signal }) {
      signal?.throwIfAborted();
      if (job.locationId !== DIRECT) throw unknownLocation(job.locationId);
      if (closed) throw new BenthamError("INTERRUPTED", "the proxy manager has been closed");
      const { fetch } = await (opening ??= open());
      return leaseOf(DIRECT, { fetch }, () => {});
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      await (await opening)?.close();
    },
  };
}

function unknownLocation(location: string): BenthamError {
  return new BenthamError(
    "LOCATION_UNKNOWN",
    `there is no location "${location}": locations with proxies are not supported yet, only "${DIRECT}" is`,
  );
}
