import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { Socket } from "node:net";
import type { ServerCertificate } from "../authority.ts";

/** Options of {@link listenOnLoopback}. */
export interface LoopbackOptions {
  /** @default one that is free */
  readonly port?: number | undefined;
  /** Serves https with this. @default http */
  readonly tls?: ServerCertificate | undefined;
  /** Resets every connection as soon as it is there: in the TLS handshake, where there is one. @default false */
  readonly resetConnections?: boolean | undefined;
}

/** Answers a request. `reset` breaks its connection off by RST: the client sees ECONNRESET, and no end. */
export type LoopbackListener = (request: IncomingMessage, response: ServerResponse, reset: () => void) => void;

/** Takes a CONNECT over. The connection is its to close, and is closed with the server at the latest. */
export type ConnectListener = (request: IncomingMessage, client: Socket, head: Buffer) => void;

/** A server on 127.0.0.1. */
export interface LoopbackServer {
  /** Where it is, without a slash at the end. */
  readonly url: string;
  /** Closes it and all its connections. Safe to call twice. */
  close(): Promise<void>;
}

/** @throws Error EADDRINUSE when the port is taken. */
export async function listenOnLoopback(
  listener: LoopbackListener,
  options: LoopbackOptions,
  onConnect?: ConnectListener,
): Promise<LoopbackServer> {
  const { port = 0, tls, resetConnections = false } = options;
  // By their ports, since a response over TLS does not know the TCP socket, which alone can be reset.
  const sockets = new Map<number | undefined, Socket>();
  const listen = (request: IncomingMessage, response: ServerResponse): void => {
    const { remotePort } = request.socket;
    listener(request, response, () => void sockets.get(remotePort)?.resetAndDestroy());
  };
  const server = tls ? createHttpsServer(tls, listen) : createHttpServer(listen);
  server.on("connection", (socket: Socket) => {
    if (resetConnections) return void socket.resetAndDestroy();
    const { remotePort } = socket;
    sockets.set(remotePort, socket);
    socket.once("close", () => sockets.delete(remotePort));
  });
  if (onConnect) server.on("connect", onConnect);
  // Longer than any client keeps a connection, so that none is closed under a request that is on its way.
  server.keepAliveTimeout = 600_000;
  server.listen({ port, host: "127.0.0.1", backlog: 4096 });
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the server listens on no port");

  let closing: Promise<void> | undefined;
  return {
    url: `${tls ? "https" : "http"}://127.0.0.1:${address.port}`,
    close() {
      closing ??= new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
      server.closeAllConnections();
      for (const socket of sockets.values()) socket.destroy(); // Tunnels, which are the server's no more.
      return closing;
    },
  };
}
