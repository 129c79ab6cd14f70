import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request as httpRequest, type ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { handOn } from "./limit-answer.ts";
import type { ProxyCall } from "./proxy-call.ts";

/** Headers that are for one connection, and not for the next. RFC 9110, section 7.6.1. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authorization",
  "proxy-authenticate",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Carries a plain request with an absolute URL. Resolves when it is answered, or broken off. */
export async function forward(call: ProxyCall, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { refusal, behaviour, gone } = call;
  if (refusal) {
    response.writeHead(refusal.status, { ...refusal.headers, "content-length": 0 });
    return void response.end();
  }
  if (behaviour === "hang-connect") return void (await once(response, "close"));
  const { pathname, search } = new URL(request.url ?? "");
  const upstream = httpRequest({
    host: call.host,
    port: call.port,
    localAddress: call.exit,
    method: request.method,
    path: pathname + search,
    headers: headersFor(request.rawHeaders),
    agent: false, // A connection of its own, whose bytes are this request's.
    signal: gone,
  });
  upstream.once("socket", (socket) => call.connected(socket));
  try {
    const [answer] = await Promise.all([responseTo(upstream), pipeline(request, upstream)]);
    response.writeHead(answer.statusCode ?? 502, headersFor(answer.rawHeaders));
    response.flushHeaders();
    await handOn(call, answer, response);
  } catch {
    // Whatever kept it from the target, a proxy tells no more; once the answer has begun, it can only break off.
    if (response.headersSent) return call.reset();
    response.writeHead(502, { "content-length": 0 });
    response.end();
  } finally {
    upstream.destroy();
  }
}

function responseTo(upstream: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => upstream.once("response", resolve).once("error", reject));
}

/** Headers for the next connection, as `node:http` takes them: one value as a text, several as a list. */
function headersFor(raw: readonly string[]): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (let place = 0; place < raw.length; place += 2) {
    const [name = "", value = ""] = raw.slice(place, place + 2);
    if (HOP_BY_HOP.has(name.toLowerCase())) continue;
    headers[name] = headers[name] === undefined ? value : [headers[name], value].flat();
  }
  return headers;
}
