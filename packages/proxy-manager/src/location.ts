import { createHash } from "node:crypto";
import { isIP } from "node:net";
import { BenthamError, DIRECT, type Place, type Secret } from "@bentham/core";

/** How the proxies of a location are chosen for a job. */
export type ProxyStrategy = "round-robin" | "random" | "sticky" | "least-used";

/** A proxy that the operator has, or a vendor's gateway that stands for many. */
export interface ProxySettings {
  /**
   * `http://host:port`, `https://host:port` or `socks5://host:port`, without name and password. `{port}` stands for each of
   * `ports`.
   */
  readonly server: string;
  /** `{country}`, `{city}` and `{session}` stand for the location's country (in small letters) and city, and a session's name. */
  readonly username?: string | undefined;
  readonly password?: Secret | undefined;
  /** How many sessions of the vendor there are, each counted as a proxy of its own. 1 to 1000. @default 1 */
  readonly sessions?: number | undefined;
  /** First and last port, each counted as a proxy of its own; at most 1000. */
  readonly ports?: readonly [first: number, last: number] | undefined;
  /** What a gigabyte (10^9 bytes) through it costs, in US dollars. @default not known */
  readonly usdPerGigabyte?: number | undefined;
}

/** A place that jobs can come from, and the proxies that stand there. */
export interface Location {
  readonly place?: Place | undefined;
  /** As the proxies' vendor spells it. */
  readonly city?: string | undefined;
  /**
   * `sticky` gives each pair of surface and credential one proxy for as long as that works. @default "round-robin"
   */
  readonly strategy?: ProxyStrategy | undefined;
  /** At least one. */
  readonly proxies: readonly ProxySettings[];
}

/** A proxy whose settings have been checked. */
export interface Upstream {
  /** Names it in evidence and messages: its location and its number there, from 1. */
  readonly id: string;
  /** Tells it from every other, wherever it stands in the list: a hash of how, where and as whom it is entered. */
  readonly key: string;
  readonly protocol: "http" | "https" | "socks5";
  readonly hostname: string;
  readonly port: number;
  readonly username: string;
  readonly password: Secret | undefined;
  /** Where it is and how it is entered, for the gateway alone. */
  readonly url: string;
  readonly secrets: readonly Secret[];
  readonly usdPerGigabyte: number | undefined;
}

const MOST_PROXIES = 1000;

const DEFAULT_PORTS = { http: 80, https: 443, socks5: 1080 } as const;

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
  const settings = location.proxies.flatMap((proxy) => expanded(name, location, proxy));
  if (settings.length > MOST_PROXIES) {
    throw new BenthamError(
      "CONFIG_INVALID",
      `the location "${name}" has ${settings.length} proxies, sessions and ports counted: ${MOST_PROXIES} are the most`,
    );
  }
  return settings.map((proxy, index) => upstreamOf(`${name}/${index + 1}`, proxy));
}

/** One proxy for each port and session that `proxy` stands for, without anything left to be filled in. */
function expanded(name: string, { place, city }: Location, proxy: ProxySettings): ProxySettings[] {
  const { server, username = "", sessions = 1, ports: [first, last] = [0, 0] } = proxy;
  const wrong = (why: string): BenthamError =>
    new BenthamError("CONFIG_INVALID", `a proxy of the location "${name}" ${why}`);
  if (!Number.isSafeInteger(sessions) || sessions < 1 || sessions > MOST_PROXIES)
    throw wrong(`must have 1 to ${MOST_PROXIES} sessions, and has ${sessions}`);
  if (sessions > 1 && !username.includes("{session}"))
    throw wrong("has several sessions, but no {session} in its username");
  if (server.includes("{port}") !== (proxy.ports !== undefined))
    throw wrong("needs {port} in its server, and ports, or neither");
  if (proxy.ports && !(first >= 1 && first <= last && last <= 65_535 && last - first < MOST_PROXIES))
    throw wrong(`must have at most ${MOST_PROXIES} ports from 1 to 65535, the first one first`);
  const fill = (text: string, values: Readonly<Record<string, string | undefined>>): string =>
    text.replaceAll(/\{(\w+)\}/g, (_, key: string) => {
      if (!Object.hasOwn(values, key)) throw wrong(`has an unknown {${key}} in its username`);
      const value = values[key];
      if (value !== undefined) return value;
      throw wrong(`needs the location's ${key}`);
    });
  const all: ProxySettings[] = [];
  for (let port = first; port <= last; port++) {
    for (let session = 1; session <= sessions; session++) {
      const values = { country: place?.country?.toLowerCase(), city, session: sessionName(name, session) };
      all.push({
        ...proxy,
        server: server.replace("{port}", String(port)),
        username: fill(username, values),
      });
    }
  }
  return all;
}

/** The same from process to process, so that a session of the vendor's goes on. */
function sessionName(location: string, session: number): string {
  return createHash("sha256").update(`${location}/${session}`).digest("hex").slice(0, 8);
}

function upstreamOf(id: string, settings: ProxySettings): Upstream {
  const { server, username = "", password, usdPerGigabyte } = settings;
  const url = URL.parse(server);
  const protocol = protocolOf(url);
  if (
    !url ||
    !protocol ||
    url.hostname === "" ||
    url.username !== "" ||
    url.password !== "" ||
    !/^\/?$/.test(url.pathname)
  ) {
    throw new BenthamError(
      "CONFIG_INVALID",
      `the proxy ${id} must be http://host:port, https://host:port or socks5://host:port, with its name and password beside the address`,
    );
  }
  if (protocol !== "socks5" && username.includes(":")) {
    throw new BenthamError("CONFIG_INVALID", `the proxy ${id}: no username of HTTP holds a colon`);
  }
  if (
    protocol === "socks5" &&
    Math.max(Buffer.byteLength(username), Buffer.byteLength(password?.reveal() ?? "")) > 255
  ) {
    throw new BenthamError("CONFIG_INVALID", `the proxy ${id}: SOCKS5 takes names and passwords of at most 255 bytes`);
  }
  const port = url.port === "" ? DEFAULT_PORTS[protocol] : Number(url.port);
  const hostname = isIP(url.hostname.slice(1, -1)) === 6 ? url.hostname.slice(1, -1) : url.hostname;
  const user = [username, password?.reveal() ?? ""].map(encodeURIComponent).join(":");
  // Of socks5, proxy-chain would resolve names here; with socks5h, the proxy does.
  const scheme = protocol === "socks5" ? "socks5h" : protocol;
  const entrance = JSON.stringify([protocol, hostname, port, username]);
  return {
    id,
    key: createHash("sha256").update(entrance).digest("hex").slice(0, 16),
    protocol,
    hostname,
    port,
    username,
    password,
    url: `${scheme}://${user === ":" ? "" : `${user}@`}${url.hostname}:${port}`,
    secrets: password ? [password] : [],
    usdPerGigabyte,
  };
}

function protocolOf(url: URL | null): Upstream["protocol"] | undefined {
  switch (url?.protocol) {
    case "http:":
      return "http";
    case "https:":
      return "https";
    case "socks5:":
      return "socks5";
    default:
      return undefined;
  }
}
