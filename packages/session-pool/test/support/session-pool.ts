import { createServer, type RequestListener } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { leaseOf, type ProxyLease, type SessionRequest } from "@bentham/core";
import { type PlaywrightSession, playwrightSession } from "@bentham/core/playwright";
import type { SessionLease } from "@bentham/core";
import { createSessionPool, type DisposableSessionPool, type SessionPoolOptions } from "@bentham/session-pool";
import { aJob } from "@bentham/testbed";
import { withTemporaryFolder } from "@bentham/testbed";

/** Runs `use` with a pool whose browsers keep their files in a folder of the test's own. */
export async function withPool(
  use: (pool: DisposableSessionPool, folder: string) => Promise<void>,
  options: Partial<SessionPoolOptions> = {},
): Promise<void> {
  await withTemporaryFolder(async (folder) => {
    await using pool = createSessionPool({ folder, ...options });
    await use(pool, folder);
  });
}

/** What a session is asked for with, going out by `proxy`. */
export function aRequest(proxy: Partial<ProxyLease> = {}, signal?: AbortSignal): SessionRequest {
  return { job: aJob(), proxy: leaseOf("direct", { ...proxy }, () => {}), ...(signal ? { signal } : {}) };
}

/** A lease and what is behind it. */
export async function openSession(
  pool: DisposableSessionPool,
  request: SessionRequest = aRequest(),
): Promise<PlaywrightSession & { readonly lease: SessionLease }> {
  const lease = await pool.acquire(request);
  return { ...playwrightSession(lease), lease };
}

/** A site of one page on loopback. */
export async function withSite(answer: string | RequestListener, use: (url: string) => Promise<void>): Promise<void> {
  const listener: RequestListener =
    typeof answer === "string"
      ? (_, response) => response.writeHead(200, { "content-type": "text/html" }).end(answer)
      : answer;
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  try {
    await use(`http://127.0.0.1:${isInfo(address) ? address.port : 0}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function isInfo(address: string | AddressInfo | null): address is AddressInfo {
  return typeof address === "object" && address !== null;
}
