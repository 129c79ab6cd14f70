import type { Fetch } from "@bentham/core";
import { createProxyManager, type ProxyManagerOptions } from "@bentham/proxy-manager";
import { directJob } from "./direct-job.ts";

/** Calls `use` with the fetch of a lease, and gives everything back. */
export async function withFetch<Result>(
  options: ProxyManagerOptions,
  use: (fetch: Fetch) => Promise<Result>,
): Promise<Result> {
  await using manager = createProxyManager(options);
  await using lease = await manager.acquire({ job: directJob });
  if (!lease.fetch) throw new Error("the lease has no fetch");
  return await use(lease.fetch);
}
