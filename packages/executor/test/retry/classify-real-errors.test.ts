import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { createServer as createTcpServer, type Server, type Socket } from "node:net";
import { BenthamError } from "@bentham/core";
import { classifyError, type ErrorClassification } from "@bentham/executor";
import { createAuthority } from "@bentham/testbed";
import { describe, expect, test } from "vitest";

/** What is known of the error that `work` ends with; for work that must fail. */
async function failureOf(work: () => Promise<unknown>): Promise<ErrorClassification> {
  try {
    await work();
  } catch (error) {
    return classifyError(error);
  }
  throw new Error("the work succeeded");
}

/** Runs `work` beside a listening server, and closes the server with all its connections. */
async function beside(server: Server, work: (port: number) => Promise<void>): Promise<void> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {}); // The fault under test, seen from the server's side.
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  try {
    await work(typeof address === "object" && address ? address.port : 0);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  }
}

const httpServer = (listener: RequestListener): Server => createServer(listener);
const tcpServer = (onSocket: (socket: Socket) => void): Server => createTcpServer(onSocket);
const get = async (url: string, init?: RequestInit): Promise<string> => (await fetch(url, init)).text();

describe("classifyError, given what really goes wrong", () => {
  test("knows a port where nobody listens", async () => {
    let free = 0;
    await beside(
      tcpServer(() => {}),
      async (port) => void (free = port),
    );
    expect(await failureOf(() => get(`http://127.0.0.1:${free}/`))).toMatchObject({ code: "CONNECTION_REFUSED" });
  });

  test("knows a host that does not exist", async () => {
    // Without any name server the answer is EAI_AGAIN, which is a failure of the network.
    const { code } = await failureOf(() => get("http://x.invalid/"));
    expect(["DNS_FAILED", "NETWORK_ERROR"]).toContain(code);
  });

  test("knows a connection that is reset", async () => {
    await beside(
      tcpServer((socket) => void socket.once("data", () => socket.resetAndDestroy())),
      async (port) => {
        expect(await failureOf(() => get(`http://127.0.0.1:${port}/`))).toMatchObject({ code: "NETWORK_ERROR" });
      },
    );
  });

  test("knows a connection that is closed without an answer", async () => {
    await beside(
      tcpServer((socket) => void socket.once("data", () => socket.end())),
      async (port) => {
        expect(await failureOf(() => get(`http://127.0.0.1:${port}/`))).toMatchObject({ code: "NETWORK_ERROR" });
      },
    );
  });

  test("knows a body that is cut short", async () => {
    const server = httpServer((_request, response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write("half", () => response.socket?.resetAndDestroy());
    });
    await beside(server, async (port) => {
      expect(await failureOf(() => get(`http://127.0.0.1:${port}/`))).toMatchObject({ code: "NETWORK_ERROR" });
    });
  });

  test("knows bytes that are not HTTP", async () => {
    await beside(
      tcpServer((socket) => void socket.once("data", () => socket.end("220 mail ready\r\n"))),
      async (port) => {
        expect(await failureOf(() => get(`http://127.0.0.1:${port}/`))).toMatchObject({ code: "MALFORMED_RESPONSE" });
      },
    );
  });

  test("knows a body that does not decompress", async () => {
    const server = httpServer((_request, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end("this is not gzip");
    });
    await beside(server, async (port) => {
      expect(await failureOf(() => get(`http://127.0.0.1:${port}/`))).toMatchObject({ code: "MALFORMED_RESPONSE" });
    });
  });

  test("knows a body that is not the JSON it should be", async () => {
    await beside(
      httpServer((_request, response) => response.end("<html>")),
      async (port) => {
        const failure = await failureOf(async () => JSON.parse(await get(`http://127.0.0.1:${port}/`)));
        expect(failure).toMatchObject({ code: "MALFORMED_RESPONSE" });
      },
    );
  });

  test("knows redirects that never end", async () => {
    await beside(
      httpServer((_request, response) => response.writeHead(302, { location: "/" }).end()),
      async (port) => {
        expect(await failureOf(() => get(`http://127.0.0.1:${port}/`))).toMatchObject({ code: "TOO_MANY_REDIRECTS" });
      },
    );
  });

  test("knows a server that does not speak TLS", async () => {
    await beside(
      tcpServer((socket) => void socket.once("data", () => socket.end("plain"))),
      async (port) => {
        expect(await failureOf(() => get(`https://127.0.0.1:${port}/`))).toMatchObject({ code: "TLS_ERROR" });
      },
    );
  });

  test("knows a certificate that nobody vouches for", async () => {
    const { key, cert } = await (await createAuthority()).issue(["127.0.0.1"]);
    await beside(createSecureServer({ key, cert }), async (port) => {
      expect(await failureOf(() => get(`https://127.0.0.1:${port}/`))).toMatchObject({
        code: "TLS_ERROR",
        isRetryable: false,
      });
    });
  });

  test.each([
    ["http://127.0.0.1:6000/", "a port that fetch refuses"],
    ["not a url", "what is no URL"],
  ])("knows an address that cannot be asked: %s, %s", async (url) => {
    expect(await failureOf(() => get(url))).toMatchObject({ code: "INVALID_URL", isRetryable: false });
  });

  test("knows a server that takes too long", async () => {
    await beside(
      httpServer(() => {}),
      async (port) => {
        const signal = AbortSignal.timeout(20);
        expect(await failureOf(() => get(`http://127.0.0.1:${port}/`, { signal }))).toMatchObject({ code: "TIMEOUT" });
      },
    );
  });

  test("knows a request that was aborted, and why", async () => {
    await beside(
      httpServer(() => {}),
      async (port) => {
        const abortedWith = async (...reason: readonly unknown[]): Promise<string> => {
          const controller = new AbortController();
          const asked = failureOf(() => get(`http://127.0.0.1:${port}/`, { signal: controller.signal }));
          controller.abort(...reason);
          return (await asked).code;
        };
        expect(await abortedWith()).toBe("CANCELLED");
        expect(await abortedWith(new BenthamError("LEASE_LOST", "gone"))).toBe("LEASE_LOST");
        expect(await abortedWith(new BenthamError("TIMEOUT", "late"))).toBe("TIMEOUT");
      },
    );
  });

  test("knows a file system that is out of descriptors only by its code", () => {
    expect(classifyError(Object.assign(new Error("EMFILE"), { code: "EMFILE" })).code).toBe("EVIDENCE_FAILED");
  });
});
