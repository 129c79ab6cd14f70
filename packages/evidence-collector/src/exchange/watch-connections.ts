import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { TlsFacts } from "./exchange.ts";

/** What is known of a connection. */
export interface ConnectionFacts {
  /** The address of its other end. */
  readonly address?: string;
  readonly tls?: TlsFacts;
}

/** Is told by which connection a request went out. */
export type ConnectionSeen = (connection: ConnectionFacts) => void;

const asking = new AsyncLocalStorage<ConnectionSeen>();
const watchers = new WeakMap<object, ConnectionSeen>();
const facts = new WeakMap<Socket, ConnectionFacts>();
let isSubscribed = false;

/**
 * Runs `send`; `onConnection` is told of the connections that its requests go out by, as far as undici sends them, Node's
 * own or another copy (https://undici.nodejs.org/#/docs/api/DiagnosticsChannel).
 */
export function watchConnections<Value>(onConnection: ConnectionSeen, send: () => Value): Value {
  if (!isSubscribed) {
    isSubscribed = true;
    subscribe("undici:request:create", (message) => {
      const watcher = asking.getStore();
      const request = memberOf(message, "request");
      if (watcher && typeof request === "object" && request !== null) watchers.set(request, watcher);
    });
    subscribe("undici:client:sendHeaders", (message) => {
      const request = memberOf(message, "request");
      const watcher = typeof request === "object" && request !== null ? watchers.get(request) : undefined;
      const socket = memberOf(message, "socket");
      if (watcher && isSocket(socket)) watcher(factsOf(socket));
    });
  }
  return asking.run(onConnection, send);
}

/** Read once for each connection: a certificate takes a while to read, and serves many requests. */
function factsOf(socket: Socket): ConnectionFacts {
  const known = facts.get(socket);
  if (known) return known;
  const { remoteAddress } = socket;
  const read: ConnectionFacts = {
    ...(remoteAddress === undefined ? {} : { address: remoteAddress }),
    ...(socket instanceof TLSSocket ? { tls: tlsOf(socket) } : {}),
  };
  facts.set(socket, read);
  return read;
}

function tlsOf(socket: TLSSocket): TlsFacts {
  const protocol = socket.getProtocol();
  const certificate = socket.getPeerX509Certificate();
  return {
    ...(protocol === null ? {} : { protocol: protocol.replace(/^TLSv/, "TLS ") }),
    cipher: socket.getCipher().standardName,
    ...(certificate && {
      subject: commonName(certificate.subject),
      issuer: commonName(certificate.issuer),
      validFrom: certificate.validFromDate.toISOString(),
      validTo: certificate.validToDate.toISOString(),
    }),
  };
}

/** The common name of a distinguished name; all of it where there is none. */
function commonName(name: string): string {
  return /^CN=(.*)$/m.exec(name)?.[1] ?? name.replaceAll("\n", ", ");
}

function isSocket(value: unknown): value is Socket {
  return typeof value === "object" && value !== null && "remoteAddress" in value;
}

function memberOf(message: unknown, name: string): unknown {
  return typeof message === "object" && message !== null ? Reflect.get(message, name) : undefined;
}
