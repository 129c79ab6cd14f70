import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { ConnectionLog, type ProxyConnection } from "./connection-log.ts";

/** What a SOCKS proxy does with connections to come. */
export type SocksBehaviour =
  | "ok"
  /** Nothing listens on its port; connections that were open are closed. */
  | "refuse"
  /** Lets nobody in, whatever name and password they give. */
  | "no-auth"
  /** Says that the site refuses connections, or that it cannot be reached. */
  | "site-refuses"
  | "site-unreachable"
  /** Breaks the connection off after so many bytes of what comes from the target. */
  | { readonly dropAfterBytes: number };

/** Options of {@link startSocksProxy}. */
export interface SocksProxyOptions {
  /** Who may use it; others are turned away. @default anybody */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Names that only this proxy knows, and the addresses they stand for. @default none */
  readonly hosts?: Readonly<Record<string, string>> | undefined;
}

/** A SOCKS5 proxy. Disposing it closes every connection. */
export interface TestSocksProxy extends AsyncDisposable {
  /** Where it is: `socks5://127.0.0.1:port`. */
  readonly url: string;
  behave(behaviour: SocksBehaviour): Promise<void>;
  /** What it was asked for so far; the target is a name where its client left that to be resolved here. */
  connections(): readonly ProxyConnection[];
}

const VERSION = 5;
const NO_AUTHENTICATION = 0;
const USERNAME_PASSWORD = 2;
const NO_ACCEPTABLE_METHOD = 0xff;
const REPLIES = { granted: 0, unreachable: 4, refused: 5 } as const;
const [IPV4, NAME, IPV6] = [1, 3, 4] as const;

/** Starts a SOCKS5 proxy (RFC 1928, RFC 1929) on 127.0.0.1: CONNECT alone, with or without name and password. */
export async function startSocksProxy(options: SocksProxyOptions = {}): Promise<TestSocksProxy> {
  const log = new ConnectionLog();
  const sockets = new Set<Socket>();
  let behaviour: SocksBehaviour = "ok";

  const serve = async (client: Socket): Promise<void> => {
    sockets.add(client);
    client.on("error", () => client.destroy()); // A client that goes is nothing to a proxy.
    client.once("close", () => sockets.delete(client));
    const bytes = new Bytes(client);
    const authorised = await authenticate(client, bytes, options, behaviour);
    if (authorised === undefined) return;
    const { host, port } = await readTarget(bytes);
    const connected = log.add(`${host}:${port}`, authorised);
    if (!authorised) return void client.end();
    if (behaviour === "site-refuses") return reply(client, REPLIES.refused);
    if (behaviour === "site-unreachable") return reply(client, REPLIES.unreachable);
    const upstream = connect({ host: options.hosts?.[host] ?? host, port });
    upstream.on("error", () => client.destroy());
    connected(upstream);
    upstream.once("close", () => client.end());
    client.once("close", () => upstream.destroy());
    await once(upstream, "connect");
    client.write(Buffer.from([VERSION, REPLIES.granted, 0, IPV4, 0, 0, 0, 0, 0, 0]));
    const left = bytes.rest();
    if (left.length > 0) upstream.write(left);
    client.pipe(upstream);
    carryBack(upstream, client, behaviour);
  };
  const listen = async (port: number): Promise<Server> => {
    const server = createServer((client) => void serve(client).catch(() => client.destroy()));
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return server;
  };
  const close = async (server: Server): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    if (!server.listening) return;
    server.close();
    await once(server, "close");
  };

  let server = await listen(0);
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the server listens on no port");
  const { port } = address;
  return {
    url: `socks5://127.0.0.1:${port}`,
    async behave(next) {
      behaviour = next;
      if (next === "refuse") await close(server);
      else if (!server.listening) server = await listen(port);
    },
    connections: () => log.list(),
    [Symbol.asyncDispose]: () => close(server),
  };
}

/** Reads what a client sends, so many bytes at a time. */
class Bytes {
  readonly #client: Socket;

  constructor(client: Socket) {
    this.#client = client;
    client.pause();
  }

  async take(count: number): Promise<Buffer> {
    for (;;) {
      const taken: Buffer | null = count === 0 ? Buffer.alloc(0) : this.#client.read(count);
      if (taken?.length === count) return taken;
      if (this.#client.readableEnded || this.#client.destroyed) throw new Error("the client has gone");
      await Promise.race([once(this.#client, "readable"), once(this.#client, "close")]);
    }
  }

  /** What was read ahead. */
  rest(): Buffer {
    const rest: Buffer | null = this.#client.read();
    return rest ?? Buffer.alloc(0);
  }
}

/** Whether the client may use the proxy; nothing when it was turned away before it said where to. */
async function authenticate(
  client: Socket,
  bytes: Bytes,
  { username, password = "" }: SocksProxyOptions,
  behaviour: SocksBehaviour,
): Promise<boolean | undefined> {
  const [, methods = 0] = await bytes.take(2);
  const offered = await bytes.take(methods);
  if (username === undefined && behaviour !== "no-auth") {
    client.write(Buffer.from([VERSION, NO_AUTHENTICATION]));
    return true;
  }
  if (!offered.includes(USERNAME_PASSWORD)) {
    client.end(Buffer.from([VERSION, NO_ACCEPTABLE_METHOD]));
    return undefined;
  }
  client.write(Buffer.from([VERSION, USERNAME_PASSWORD]));
  const [, nameLength = 0] = await bytes.take(2);
  const name = (await bytes.take(nameLength)).toString();
  const [passwordLength = 0] = await bytes.take(1);
  const given = (await bytes.take(passwordLength)).toString();
  const authorised = behaviour !== "no-auth" && name === username && given === password;
  if (authorised) client.write(Buffer.from([1, 0]));
  else client.end(Buffer.from([1, 1]));
  return authorised ? true : undefined;
}

async function readTarget(bytes: Bytes): Promise<{ readonly host: string; readonly port: number }> {
  const [, , , kind = 0] = await bytes.take(4);
  let host: string;
  if (kind === NAME) {
    const [length = 0] = await bytes.take(1);
    host = (await bytes.take(length)).toString();
  } else if (kind === IPV4) {
    host = [...(await bytes.take(4))].join(".");
  } else {
    const groups = (await bytes.take(kind === IPV6 ? 16 : 0)).toString("hex").match(/.{4}/g) ?? [];
    host = groups.join(":");
  }
  return { host, port: (await bytes.take(2)).readUInt16BE() };
}

function reply(client: Socket, code: number): void {
  client.end(Buffer.from([VERSION, code, 0, IPV4, 0, 0, 0, 0, 0, 0]));
}

function carryBack(upstream: Socket, client: Socket, behaviour: SocksBehaviour): void {
  if (typeof behaviour === "string") return void upstream.pipe(client);
  let left = behaviour.dropAfterBytes;
  upstream.on("data", (chunk: Buffer) => {
    client.write(chunk.subarray(0, left));
    left -= chunk.length;
    if (left <= 0) client.resetAndDestroy();
  });
}
