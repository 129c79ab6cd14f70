import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** A server on 127.0.0.1 that answers by `handle` and remembers what it was asked. */
export interface LoopbackServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Requests so far, as `METHOD /path`. */
  readonly requests: readonly string[];
  /** Connections opened so far. */
  readonly connections: number;
  /** Resolves when no connection is open any more. */
  drained(): Promise<void>;
}

export async function serve(
  handle: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<LoopbackServer> {
  const requests: string[] = [];
  const sockets: Promise<unknown>[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    void handle(request, response);
  });
  server.on("connection", (socket) => sockets.push(once(socket, "close")));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("the server has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    requests,
    get connections() {
      return sockets.length;
    },
    drained: async () => void (await Promise.all(sockets)),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
