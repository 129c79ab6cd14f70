import { once } from "node:events";
import { STATUS_CODES } from "node:http";
import { connect, type Socket } from "node:net";
import { pipeline } from "node:stream/promises";
import { handOn } from "./limit-answer.ts";
import type { ProxyCall, ProxyRefusal } from "./proxy-call.ts";

/** Carries a CONNECT: bytes go both ways until one side ends. Resolves when that is so. */
export async function tunnel(call: ProxyCall, client: Socket, head: Buffer): Promise<void> {
  const { behaviour, refusal, gone } = call;
  if (refusal) return refuse(client, refusal);
  if (behaviour === "hang-connect") return void (await once(client, "close"));
  const { host, port, exit } = call;
  const upstream = connect({ host, port, allowHalfOpen: true, ...(exit === undefined ? {} : { localAddress: exit }) });
  call.connected(upstream);
  try {
    await once(upstream, "connect", { signal: gone });
  } catch {
    upstream.destroy();
    return refuse(client, { status: 502, headers: {} }); // Whatever kept it from the target: a proxy tells no more.
  }
  client.write("HTTP/1.1 200 Connection established\r\n\r\n");
  if (head.length > 0) upstream.write(head);
  try {
    await Promise.all([pipeline(client, upstream), handOn(call, upstream, client)]);
  } catch {
    call.reset(); // One side broke off, or was meant to: so does the other.
  } finally {
    upstream.destroy();
  }
}

function refuse(client: Socket, { status, headers }: ProxyRefusal): void {
  const lines = Object.entries({ ...headers, "content-length": "0", connection: "close" });
  const text = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  client.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${text}\r\n`);
}
