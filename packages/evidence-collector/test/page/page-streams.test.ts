import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { join } from "node:path";
import { type Json, type SessionLease, valuesAt } from "@bentham/core";
import { playwrightSession } from "@bentham/core/playwright";
import { createAuthority } from "@bentham/testbed";
import { expect, test } from "vitest";
import { recordPage } from "../support/record-page.ts";
import { answered } from "../support/requests.ts";

const SECRET = "s3cret-of-the-socket";

interface Har {
  readonly log: { readonly entries: readonly HarEntry[] };
}

interface HarEntry {
  readonly request: { readonly url: string };
  readonly response: { readonly content: { readonly text?: string } };
  readonly _ending: string;
  readonly _webSocketMessages?: readonly { readonly type: string; readonly opcode: number; readonly data: string }[];
}

interface Statement {
  readonly hosts: readonly {
    readonly tls: object;
    readonly clockAheadMs: { readonly least: number; readonly most: number };
  }[];
}

async function entryIn(bag: string, path: string): Promise<HarEntry> {
  const har: Har = JSON.parse(await readFile(join(bag, "data/network.har"), "utf8"));
  const entry = har.log.entries.find(({ request }) => new URL(request.url).pathname === path);
  if (!entry) throw new Error(`there is no ${path} in the archive`);
  return entry;
}

async function openUntilSeen(url: string, session: SessionLease): Promise<void> {
  const { page } = playwrightSession(session);
  await page.goto(url);
  await page.waitForFunction("document.title === 'seen'");
}

let toCut: ServerResponse | undefined;

/** Streams that never end: one that a script reads, one of an EventSource, and one that breaks off. */
const streams: RequestListener = (request, response) => {
  if (request.url === "/cut") {
    toCut?.destroy();
    return void response.end();
  }
  if (request.url === "/") {
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
    response.end(`<script>
      let seen = 0;
      const see = () => { if (++seen === 3) document.title = "seen"; };
      const read = async (path) => {
        const reader = (await fetch(path, { method: "POST" })).body.getReader();
        let text = "";
        while (!text.includes("two é")) text += new TextDecoder().decode((await reader.read()).value);
        if (path === "/broken") await fetch("/cut", { method: "POST" });
        else see();
        await reader.read();
      };
      read("/fetched");
      read("/broken").catch(see);
      new EventSource("/events").addEventListener("message", ({ data }) => { if (data === "two é") see(); });
    </script>`);
    return;
  }
  if (request.url === "/favicon.ico") return void response.writeHead(404).end();
  if (request.url === "/broken") toCut = response;
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write("data: one\n\n", () => {
    setImmediate(() => response.write("data: two é\n\n"));
  });
};

test("keeps the bytes that came of a stream that still runs or was cut, and says so", async () => {
  await recordPage({ site: streams }, openUntilSeen, async ({ bag, evidence }) => {
    for (const [path, ending] of [
      ["/fetched", "open"],
      ["/events", "open"],
      ["/broken", "failed"],
    ] as const) {
      const { response, _ending } = await entryIn(bag, path);
      expect([path, _ending, response.content.text]).toEqual([path, ending, "data: one\n\ndata: two é\n\n"]);
    }
    expect(evidence.state).toBe("partial");
    expect(evidence.reasons).toHaveLength(2);
    expect(evidence.reasons?.[0]).toContain("had not been read to its end");
  });
});

/** A server that takes a WebSocket, says two texts and some bytes over it, and reads what it is sent. */
function socketServer(): Server {
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/html" });
    response.end(`<script>
      const socket = new WebSocket("ws://" + location.host + "/socket");
      socket.binaryType = "arraybuffer";
      socket.onopen = () => socket.send("hello ${SECRET}");
      let seen = 0;
      socket.onmessage = () => { if (++seen === 3) document.title = "seen"; };
    </script>`);
  });
  server.on("upgrade", (request, socket) => {
    const accept = createHash("sha1")
      .update(`${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest("base64");
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    const send = (opcode: number, bytes: Buffer): void =>
      void socket.write(Buffer.concat([Buffer.from([0x80 | opcode, bytes.length]), bytes]));
    send(1, Buffer.from(JSON.stringify({ delta: "The ones ", token: SECRET })));
    send(1, Buffer.from(JSON.stringify({ delta: "you like." })));
    send(2, Buffer.from([0, 255, 254]));
    socket.on("error", () => {});
  });
  return server;
}

test("keeps what goes over a WebSocket, without secrets, and compares the answer with it", async () => {
  const reading = {
    path: "/socket",
    textIn: (value: Json) => valuesAt(value, "/delta").map(String).at(0),
  };
  const page = {
    site: socketServer(),
    request: { reading },
    secrets: [SECRET],
    ending: answered("The ones you like."),
  };
  await recordPage(page, openUntilSeen, async ({ bag, evidence }) => {
    const { _webSocketMessages: messages = [] } = await entryIn(bag, "/socket");
    expect(messages.map(({ type, opcode }) => [type, opcode])).toEqual(
      expect.arrayContaining([
        ["send", 1],
        ["receive", 1],
        ["receive", 2],
      ]),
    );
    expect(messages.find(({ opcode }) => opcode === 2)?.data).toBe(Buffer.from([0, 255, 254]).toString("base64"));
    expect(messages.find(({ type }) => type === "send")?.data).toMatch(/^hello \[REDACTED:[0-9a-f]{8}\]$/);
    expect(JSON.stringify(messages)).not.toContain(SECRET);
    expect(evidence).toMatchObject({ state: "complete", check: { network: "equal" } });
  });
});

test("says how the connection was encrypted, and how far the server's clock is ahead", async () => {
  const certificate = await (await createAuthority()).issue();
  const site = createSecureServer(certificate, (_, response) => {
    const inAnHour = new Date(Date.now() + 3_600_000).toUTCString();
    response.writeHead(200, { "content-type": "text/html", date: inAnHour });
    response.end("<title>seen</title>");
  });
  await recordPage({ site, scheme: "https" }, openUntilSeen, async ({ bag }) => {
    const { hosts }: Statement = JSON.parse(await readFile(join(bag, "data/evidence.json"), "utf8"));
    expect(hosts[0]?.tls).toEqual({
      protocol: "TLS 1.3",
      subject: expect.any(String),
      issuer: "Bentham testbed authority",
      validFrom: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      validTo: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
    const { least = 0, most = 0 } = hosts[0]?.clockAheadMs ?? {};
    expect(least).toBeLessThanOrEqual(3_600_000);
    expect(most).toBeGreaterThanOrEqual(3_599_000);
  });
});
