import { BenthamError } from "@bentham/core";

/** One host and port that a credential may be sent to, as the URL parser spells them. */
export interface HostBinding {
  readonly hostname: string;
  readonly port: string;
}

/** What `host` or `host:port` may be made of; the URL parser judges the rest. */
const HOST_AND_PORT = /^(\[[0-9a-f:.]+\]|[^\s:/\\?#@[\]*%]+)(:\d{1,5})?$/i;

const DEFAULT_PORTS: Readonly<Record<string, string>> = { "https:": "443", "http:": "80" };

/** @throws BenthamError CONFIG_INVALID unless `entry` is a host, with a port or without. */
export function parseHostBinding(entry: string, pool: string): HostBinding {
  const url = HOST_AND_PORT.test(entry) ? URL.parse(`https://${entry}`) : null;
  if (url) return bindingOf(url);
  throw new BenthamError(
    "CONFIG_INVALID",
    `credential pool "${pool}": ${JSON.stringify(entry)} is no host; write it as "host" or "host:port", without wildcards`,
  );
}

/**
 * Whether a credential bound to `bindings` may be sent to `url`: same host and port as one of them, over https, or over
 * http to a loopback host. Names and passwords in the URL are refused, since they are there to mislead a reader.
 */
export function mayBeSentTo(url: URL, bindings: readonly HostBinding[]): boolean {
  if (url.username !== "" || url.password !== "") return false;
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname))) return false;
  const target = bindingOf(url);
  return bindings.some(({ hostname, port }) => hostname === target.hostname && port === target.port);
}

/** The URL parser has made names lower case and punycode, and addresses canonical. */
function bindingOf(url: URL): HostBinding {
  return { hostname: url.hostname, port: url.port === "" ? (DEFAULT_PORTS[url.protocol] ?? "") : url.port };
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
