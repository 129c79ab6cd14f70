import { BenthamError } from "@bentham/core";
import { isIP, type LookupFunction } from "node:net";
import type { buildConnector } from "undici";
import { isPublicAddress } from "./public-addresses.ts";

/**
 * Makes `connect` refuse addresses that are not public: literal ones here, those that names resolve to in
 * {@link guardedLookup}, which it must have been built with. One name may resolve to another address a moment later; the
 * address that was looked at is the one that is connected to.
 */
export function guardedConnector(connect: buildConnector.connector): buildConnector.connector {
  return (options, callback) => {
    const { hostname } = options;
    if (isIP(hostname) !== 0 && !isPublicAddress(hostname)) callback(addressRefusal(hostname, hostname), null);
    else connect(options, callback);
  };
}

/** Makes `lookup` fail for a name when any of its addresses is not public, and tells `onRefusal`. */
export function guardedLookup(
  lookup: LookupFunction,
  onRefusal: (refusal: BenthamError) => void = () => {},
): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, options, (error, address, family) => {
      const addresses = typeof address === "string" ? [address] : (address ?? []).map((found) => found.address);
      const refused = error ? undefined : addresses.find((found) => !isPublicAddress(found));
      if (refused === undefined) return callback(error, address, family);
      const refusal = addressRefusal(hostname, refused);
      onRefusal(refusal);
      callback(refusal, address, family);
    });
  };
}

/** Why `address`, which `hostname` is or resolves to, is not connected to. */
export function addressRefusal(hostname: string, address: string): BenthamError {
  const target = hostname === address ? address : `${hostname} (${address})`;
  return new BenthamError(
    "ADDRESS_REFUSED",
    `${target} is not on the public internet: ask another address, or let the operator allow private ones ` +
      "(allowPrivate in bentham.config.yaml, or --allow-private)",
  );
}
