import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Writable } from "node:stream";
import { type Clock, systemClock } from "@bentham/core";
import type { ServerCertificate } from "../authority.ts";
import { listenOnLoopback, type LoopbackServer } from "../llm/loopback-server.ts";
import { ConnectionLog, type ProxyConnection } from "./connection-log.ts";
import { forward } from "./forward.ts";
import type { ProxyBehaviour } from "./proxy-behaviour.ts";
import type { ProxyCall, ProxyRefusal } from "./proxy-call.ts";
import { tunnel } from "./tunnel.ts";

/** Options of {@link startProxy}. */
export interface ProxyOptions {
  /** @default one that is free */
  readonly port?: number | undefined;
  /** Who may use it; others meet 407. @default anybody */
  readonly username?: string | undefined;
  /** @default no password, when there is a username */
  readonly password?: string | undefined;
  /** Names that only this proxy knows, and the addresses they stand for: `{ "chat.example": "127.0.0.1" }`. @default none */
  readonly hosts?: Readonly<Record<string, string>> | undefined;
  /** The address of this machine that targets see, such as `127.0.0.2` on Linux. @default whichever the system takes */
  readonly exit?: string | undefined;
  /** Is itself entered over TLS, with this. @default over plain TCP */
  readonly tls?: ServerCertificate | undefined;
  /** Makes a slow proxy slow. @default the real one */
  readonly clock?: Clock | undefined;
}

/** An HTTP forward proxy, entered over TLS or not. Disposing it closes every connection. */
export interface TestProxy extends AsyncDisposable {
  /** Where it is, without name and password: `http://127.0.0.1:port`, or `https:`. It stays the same, whatever the behaviour. */
  readonly url: string;
  /**
   * Changes what is done with connections to come; those that are open go on, unless it is to refuse.
   *
   * @throws Error EADDRINUSE when it listens again, and something else has its port now.
   */
  behave(behaviour: ProxyBehaviour): Promise<void>;
  /** What it was asked for so far, in order, and what went through. */
  connections(): readonly ProxyConnection[];
}

/**
 * Starts a proxy on 127.0.0.1 for CONNECT and for plain http requests with absolute URLs.
 *
 * @throws Error EADDRINUSE when the port is taken.
 */
export async function startProxy(options: ProxyOptions = {}): Promise<TestProxy> {
  const { clock = systemClock, hosts = {}, exit } = options;
  const accepted = acceptedCredentials(options);
  const log = new ConnectionLog();
  let behaviour: ProxyBehaviour = "ok";

  const begin = (url: URL, request: IncomingMessage, client: Writable, reset: () => void): ProxyCall => {
    const { hostname } = url;
    const port = Number(url.port || 80);
    const host = hosts[hostname] ?? hostname.replaceAll(/^\[|\]$/g, "");
    const authorised = accepted === undefined || request.headers["proxy-authorization"] === accepted;
    const connected = log.add(`${hostname}:${port}`, authorised);
    const gone = new AbortController();
    client.once("close", () => gone.abort());
    const refusal = refusalOf(behaviour, authorised);
    return { host, port, exit, behaviour, refusal, clock, gone: gone.signal, connected, reset };
  };
  const onRequest = (request: IncomingMessage, response: ServerResponse, reset: () => void): void => {
    const url = URL.parse(request.url ?? "");
    if (url?.protocol !== "http:") {
      response.writeHead(400, { "content-length": 0 });
      return void response.end();
    }
    void forward(begin(url, request, response, reset), request, response);
  };
  const onConnect = (request: IncomingMessage, client: Socket, head: Buffer): void => {
    client.on("error", () => client.destroy()); // A client that goes is nothing to a proxy.
    const url = URL.parse(`http://${request.url}`);
    if (!url) return void client.end("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
    const call = begin(url, request, client, () => client.resetAndDestroy());
    void tunnel(call, client, head);
  };
  const listen = (port?: number): Promise<LoopbackServer> =>
    listenOnLoopback(onRequest, { port, tls: options.tls }, onConnect);

  let server: LoopbackServer = await listen(options.port);
  const { url } = server;
  let isListening = true;
  return {
    url,
    async behave(next) {
      behaviour = next;
      const wasListening = isListening;
      isListening = next !== "refuse";
      if (!isListening) return server.close();
      if (!wasListening) server = await listen(Number(new URL(url).port));
    },
    connections: () => log.list(),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** The value of `Proxy-Authorization` that lets one in; undefined when everybody may come in. */
function acceptedCredentials({ username, password = "" }: ProxyOptions): string | undefined {
  if (username === undefined) return undefined;
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

function refusalOf(behaviour: ProxyBehaviour, authorised: boolean): ProxyRefusal | undefined {
  if (!authorised || behaviour === "407") {
    return { status: 407, headers: { "proxy-authenticate": 'Basic realm="testbed"' } };
  }
  if (behaviour === "502-connect") return { status: 502, headers: {} };
  return behaviour === "403-connect" ? { status: 403, headers: {} } : undefined;
}
