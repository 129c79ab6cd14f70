import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createSocketServer, type Socket } from "node:net";
import { once } from "node:events";

/** Runs `use` beside an HTTP server on loopback, and closes the server whatever happens. */
export async function withServer<Value>(
  listener: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>,
  use: (origin: string) => Promise<Value>,
): Promise<Value> {
  const server = createServer((request, response) => void listener(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await use(originOf(server.address()));
  } finally {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  }
}

/** The same with a server that says what it likes to each connection that has sent something. */
export async function withRawServer<Value>(
  answer: (socket: Socket) => void,
  use: (origin: string) => Promise<Value>,
): Promise<Value> {
  const sockets = new Set<Socket>();
  const server = createSocketServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined); // The client may go first.
    socket.once("data", () => answer(socket));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await use(originOf(server.address()));
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  }
}

function originOf(address: AddressInfo | string | null): string {
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return `http://127.0.0.1:${address.port}`;
}
