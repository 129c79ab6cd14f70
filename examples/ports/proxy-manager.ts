import { BenthamError, DIRECT, leaseOf, type ProxyManager } from "@bentham/core";

/** Knows one location: this machine. */
export function createProxyManager(): ProxyManager {
  return {
    async acquire({ job }) {
      if (job.locationId !== DIRECT) throw new BenthamError("LOCATION_UNKNOWN", `nothing leads from ${job.locationId}`);
      return leaseOf(DIRECT, { fetch: globalThis.fetch }, () => {});
    },
  };
}
