import { BenthamError, DIRECT, type Place, type Secret } from "@bentham/core";
import { isIP } from "node:net";

/** A proxy that the operator has. */
export interface ProxySettings {
  /** An HTTP proxy, as `http://host:port`, without name and password. */
  readonly server: string;
  readonly username?: string | undefined;
  readonly password?: Secret | undefined;
}

/** A place that jobs can come from, and the proxies that stand there. */
export interface Location {
  readonly place?: Place | undefined;
  /** At least one; they take turns. */
  readonly proxies: readonly ProxySettings[];
}

/** A proxy whose settings have been checked. */
export interface Upstream {
  /** Names it in evidence and messages: its location and its number there, from 1. */
  readonly id: string;
  readonly hostname: string;
  readonly port: number;
  /** Where it is and how it is entered, for the gateway alone. */
  readonly url: string;
  readonly secrets: readonly Secret[];
}

/** @throws BenthamError CONFIG_INVALID for a location without proxies, or a proxy that cannot be one. */
export function upstreamsOf(name: string, location: Location): Upstream[] {
  if (name === DIRECT) {
    throw new BenthamError(
      "CONFIG_INVALID",
      `the location "${DIRECT}" is the one without a proxy: name yours otherwise`,
    );
  }
  if (location.proxies.length === 0) {
    throw new BenthamError("CONFIG_INVALID", `the location "${name}" has no proxies: name at least one`);
  }
  return location.proxies.map((settings, index) => upstreamOf(`${name}/${index + 1}`, settings));
}

function upstreamOf(id: string, { server, username = "", password }: ProxySettings): Upstream {
  const url = URL.parse(server);
  if (url?.protocol !== "http:" || url.username !== "" || url.password !== "" || url.pathname !== "/") {
    throw new BenthamError(
      "CONFIG_INVALID",
      `the proxy ${id} must be an HTTP proxy, as http://host:port, with its name and password beside the address`,
    );
  }
  if (username.includes(":")) {
    throw new BenthamError("CONFIG_INVALID", `the proxy ${id}: no username of HTTP holds a colon`);
  }
  const port = url.port === "" ? 80 : Number(url.port);
  url.username = encodeURIComponent(username);
  url.password = encodeURIComponent(password?.reveal() ?? "");
  const hostname = isIP(url.hostname.slice(1, -1)) === 6 ? url.hostname.slice(1, -1) : url.hostname;
  return { id, hostname, port, url: url.href, secrets: password ? [password] : [] };
}
