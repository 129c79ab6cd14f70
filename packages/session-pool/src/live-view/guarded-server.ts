import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** What every answer carries: nothing is kept, framed, sniffed, sent on or loaded from elsewhere. */
const HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; " +
    "form-action 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** Sent once the link was used: a page of our own goes on, so that the cookie, which no other site's link brings, comes along. */
const WELCOME = `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=/"><title>Bentham</title>`;

/** What is served to the one who was given the link. */
export type GuardedHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on loopback for one person. */
export interface GuardedServer {
  /** The link that lets that person in, once. */
  readonly url: string;
  /** Ends every connection. */
  close(): Promise<void>;
}

/**
 * Starts a server on a free port of 127.0.0.1 for whoever comes by its link first, and for nobody else: neither other pages of
 * their browser nor other users of the machine. The link's token is good for one visit, and is exchanged for a cookie that
 * no script reads and no other site's request brings along. A request that names another host (DNS rebinding), or that another
 * site has sent, is refused whatever it brings.
 */
export async function startGuardedServer(handler: GuardedHandler): Promise<GuardedServer> {
  const [token, pass] = [randomBytes(32).toString("base64url"), randomBytes(32).toString("base64url")];
  let isUsed = false;
  let origin = "";
  let cookie = "";

  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    const { host, origin: from, "sec-fetch-site": site, "sec-fetch-dest": destination } = request.headers;
    if (`http://${host}` !== origin) return refuse(response, 421, "this is not the server that you mean");
    if (from !== undefined && from !== origin) return refuse(response, 403, "this is not for other sites");
    const target = URL.parse(request.url ?? "/", origin);
    if (!target) return refuse(response, 400, "this is no address");
    const { pathname, searchParams } = target;
    const given = searchParams.get("token");
    if (given !== null) {
      // Who follows the link may come from anywhere, such as a terminal in a page; nothing of another site may load it.
      const isVisit = request.method === "GET" && pathname === "/" && (destination ?? "document") === "document";
      if (!isVisit || isUsed || !isSame(given, token)) {
        return refuse(
          response,
          403,
          "this link is not good, or was used before: run the same command again for another",
        );
      }
      isUsed = true;
      response.writeHead(200, {
        "content-type": "text/html; charset=utf-8",
        "set-cookie": `${cookie}=${pass}; HttpOnly; SameSite=Strict; Path=/`,
      });
      return response.end(WELCOME);
    }
    if (site !== undefined && site !== "same-origin" && site !== "none") {
      return refuse(response, 403, "this is not for other sites");
    }
    if (request.method !== "GET" && from === undefined) return refuse(response, 403, "this is not for other programs");
    if (!isSame(cookieIn(request, cookie), pass)) {
      return refuse(response, 403, "this is for whoever came by the link that was printed");
    }
    return handler(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a server on a port has a port");
  origin = `http://127.0.0.1:${address.port}`;
  cookie = `bentham-${address.port}`; // Cookies know no ports: two views at once keep theirs apart by name.
  return {
    url: `${origin}/?token=${token}`,
    async close() {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${why}\n`);
}

/** Compares without telling by the time how much of it was right. */
function isSame(given: string | undefined, expected: string): boolean {
  return given !== undefined && timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function cookieIn({ headers }: IncomingMessage, name: string): string | undefined {
  const cookies = (headers.cookie ?? "").split("; ");
  return cookies.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1);
}
