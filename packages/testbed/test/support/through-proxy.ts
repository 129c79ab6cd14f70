import { Agent, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { connect as connectTls } from "node:tls";
import type { IncomingMessage } from "node:http";

/** How a request goes through a proxy. */
interface Through {
  /** The proxy's URL; with name and password in it, they are sent. */
  readonly proxy: string;
  /** What the target's certificate is checked against. */
  readonly ca?: string;
}

/** Asks for a plain http URL through a proxy. */
export async function getThrough(url: string, { proxy }: Through): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(proxy);
  const request = httpRequest({ host: hostname, port, path: url, headers: headersOf(proxy), agent: new Agent() });
  const answered = once(request, "response");
  request.on("error", () => {}); // Whoever waits for the answer, or reads it, is told.
  request.end();
  const [response]: IncomingMessage[] = await answered;
  return { status: response?.statusCode ?? 0, body: response ? await text(response) : "" };
}

/** Opens a tunnel to a target, `host:port`; without a socket when the proxy says no. */
export async function connectThrough(
  target: string,
  { proxy }: Through,
): Promise<{ readonly status: number; readonly headers: IncomingMessage["headers"]; readonly socket: Socket }> {
  const { hostname, port } = new URL(proxy);
  const request = httpRequest({ host: hostname, port, method: "CONNECT", path: target, headers: headersOf(proxy) });
  const answered: Promise<[IncomingMessage, Socket]> = new Promise((resolve, reject) => {
    request.once("connect", (response, socket: Socket) => resolve([response, socket])).once("error", reject);
  });
  request.end();
  const [{ statusCode = 0, headers }, socket] = await answered;
  return { status: statusCode, headers, socket };
}

/** Asks for an https URL through a tunnel. */
export async function getSecurelyThrough(url: string, through: Through): Promise<{ status: number; body: string }> {
  const { hostname, host } = new URL(url);
  const { socket } = await connectThrough(host, through);
  const secure = connectTls({ socket, host: hostname, ca: through.ca });
  const request = httpsRequest(url, { createConnection: () => secure });
  const answered = once(request, "response");
  request.end();
  const [response]: IncomingMessage[] = await answered;
  const body = response ? await text(response) : "";
  secure.destroy();
  return { status: response?.statusCode ?? 0, body };
}

function headersOf(proxy: string): Record<string, string> {
  const { username, password } = new URL(proxy);
  if (username === "") return {};
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(credentials).toString("base64")}` };
}
