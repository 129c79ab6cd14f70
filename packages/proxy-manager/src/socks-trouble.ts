import { BenthamError } from "@bentham/core";
import { SocksClient } from "socks";
import type { Upstream } from "./location.ts";

/** How long a SOCKS proxy may take to connect, in milliseconds. */
const PATIENCE = 2_000;

/**
 * What a failure of the package `socks` says: the proxy's refusal of its user, a failure of the proxy, or what the proxy
 * says of the site, which is no fault of the proxy's.
 */
export function socksTrouble({ id }: Pick<Upstream, "id">, reason: string): BenthamError {
  if (/Authentication failed|no accepted authentication type/.test(reason)) {
    return new BenthamError(
      "PROXY_AUTH_FAILED",
      `the proxy ${id} did not take its name and password: mend them in bentham.config.yaml`,
    );
  }
  if (/rejected connection - ConnectionRefused/.test(reason)) {
    return new BenthamError("CONNECTION_REFUSED", `the proxy ${id} says that the site refuses connections`);
  }
  if (/rejected connection - (Host|Network)Unreachable/.test(reason)) {
    return new BenthamError("NETWORK_DOWN", `the proxy ${id} says that the site cannot be reached`);
  }
  return new BenthamError("PROXY_FAILED", `the proxy ${id} cannot be reached or has gone away (${reason})`);
}

/** What keeps a SOCKS proxy from connecting to a site now; nothing when it does. */
export async function socksProbe(
  upstream: Upstream,
  target: { readonly hostname: string; readonly port: number },
): Promise<BenthamError | undefined> {
  const { hostname: host, port, username, password } = upstream;
  const user = username === "" && !password ? {} : { userId: username, password: password?.reveal() ?? "" };
  try {
    const { socket } = await SocksClient.createConnection({
      proxy: { host, port, type: 5, ...user },
      command: "connect",
      destination: { host: target.hostname, port: target.port },
      timeout: PATIENCE,
    });
    socket.destroy();
    return undefined;
  } catch (error) {
    return socksTrouble(upstream, error instanceof Error ? error.message : String(error));
  }
}
