import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { startTape } from "../support/tape.ts";
import { withRawServer, withServer } from "../support/with-server.ts";

describe("recordFetch", () => {
  it("records an exchange as it was, and gives its reader the same response", async () => {
    await withServer(
      (request, response) => {
        request.pipe(response.writeHead(429, "Slow down", { "content-type": "application/json", "retry-after": "3" }));
      },
      async (origin) => {
        const tape = startTape();
        const init = { method: "post", headers: { "X-Thing": "1" }, body: '{"q":"é"}' };
        const response = await tape.fetch(`${origin}/v1?a=b#c`, init);

        expect(response).toMatchObject({ status: 429, statusText: "Slow down", ok: false, redirected: false });
        expect(response.url).toBe(`${origin}/v1?a=b`);
        expect(response.headers.get("retry-after")).toBe("3");
        expect(response.clone().status).toBe(429);
        expect(await response.text()).toBe('{"q":"é"}');

        const body = { length: 10, bytes: Buffer.from('{"q":"é"}') };
        expect(tape.exchanges()).toEqual([
          {
            request: {
              method: "POST",
              url: `${origin}/v1?a=b#c`,
              headers: [
                ["content-type", "text/plain;charset=UTF-8"],
                ["x-thing", "1"],
              ],
              body,
            },
            response: {
              status: 429,
              statusText: "Slow down",
              headers: expect.arrayContaining([["retry-after", "3"]]),
              body,
            },
            startedAt: expect.any(Date),
            waitMs: expect.any(Number),
            receiveMs: expect.any(Number),
            ending: "complete",
            address: "127.0.0.1",
          },
        ]);
      },
    );
  });

  it("sends every kind of body as the bytes it records", async () => {
    const form = new FormData();
    form.set("name", "värde");
    const bodies: [NonNullable<RequestInit["body"]>, string][] = [
      ["text", "4"],
      [new URLSearchParams({ a: "b c" }), "5"],
      [new Uint8Array([0, 255, 128]), "3"],
      [new Blob(["blob"]), "4"],
      [new Response("streamed").body ?? "", "8"],
      [form, expect.any(String)],
    ];
    const received: { length: string | undefined; type: string | undefined; bytes: Buffer }[] = [];
    await withServer(
      async (request, response) => {
        const chunks = await request.toArray();
        const { "content-length": length, "content-type": type } = request.headers;
        received.push({ length, type, bytes: Buffer.concat(chunks) });
        response.end();
      },
      async (origin) => {
        const tape = startTape();
        for (const [body] of bodies) await (await tape.fetch(origin, { method: "POST", body })).text();
        await (await tape.fetch(new Request(origin, { method: "POST", body: "of a Request" }))).text();

        expect(received.map(({ length }) => length)).toEqual([...bodies.map(([, length]) => length), "12"]);
        expect(received.at(-1)?.bytes.toString()).toBe("of a Request");
        const recorded = tape.exchanges().map(({ request }) => ({
          length: String(request.body?.length),
          type: request.headers.find(([name]) => name === "content-type")?.[1],
          bytes: request.body?.bytes,
        }));
        expect(recorded).toEqual(received);
      },
    );
  });

  it("hands on a stream of events as they come, and keeps all of them", async () => {
    const events = ["data: one\n\n", "data: zwei €\n\n", "data: [DONE]\n\n"];
    const heard = events.map(() => Promise.withResolvers<void>());
    await withServer(
      async (_, response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        for (const [index, event] of events.entries()) {
          response.write(event);
          await heard[index]?.promise; // The next event waits until the reader has had this one.
        }
        response.end();
      },
      async (origin) => {
        const tape = startTape();
        const response = await tape.fetch(origin);
        let text = "";
        for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
          text += chunk;
          const complete = text.split("\n\n").length - 1;
          for (const { resolve } of heard.slice(0, complete)) resolve();
        }
        expect(text).toBe(events.join(""));
        expect(tape.exchanges()[0]?.response?.body.bytes?.toString()).toBe(events.join(""));
      },
    );
  });

  it("keeps what came of a body that breaks off", async () => {
    await withRawServer(
      (socket) => {
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf of it", () => socket.destroy());
      },
      async (origin) => {
        const tape = startTape();
        const response = await tape.fetch(origin);
        await expect(response.text()).rejects.toThrow("terminated");
        const [exchange] = tape.exchanges();
        expect(exchange).toMatchObject({ ending: "failed", failure: expect.stringContaining("UND_ERR_SOCKET") });
        expect(exchange?.response?.body).toEqual({ length: 10, bytes: Buffer.from("half of it") });
      },
    );
  });

  it("records a request that got no response, and lets its error pass", async () => {
    const origin = await withServer(
      () => undefined,
      async (closed) => closed,
    );
    const tape = startTape();
    await expect(tape.fetch(origin)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
    await expect(tape.fetch("no url")).rejects.toThrow(TypeError);
    expect(tape.exchanges()).toMatchObject([
      { ending: "failed", failure: expect.stringContaining("ECONNREFUSED"), request: { url: `${origin}/` } },
      { ending: "failed", failure: expect.stringContaining("ERR_INVALID_URL"), request: { url: "no url" } },
    ]);
    expect(tape.exchanges()[0]).not.toHaveProperty("response");
  });

  it("cuts a response at the limit, for its reader too", async () => {
    const endless = Promise.withResolvers<void>();
    await withServer(
      (_, response) => {
        response.on("close", endless.resolve);
        response.on("error", () => undefined);
        const more = (): void => {
          while (response.write("0123456789"));
          response.once("drain", more);
        };
        more();
      },
      async (origin) => {
        const tape = startTape(1000);
        const response = await tape.fetch(origin);
        await expect(response.text()).rejects.toMatchObject({ code: "RESPONSE_TOO_LARGE" });
        await endless.promise; // The connection is given up, too.
        const [exchange] = tape.exchanges();
        expect(exchange?.ending).toBe("too-large");
        expect(exchange?.response?.body.bytes).toEqual(Buffer.from("0123456789".repeat(100)));
        expect(exchange?.response?.body.length).toBeGreaterThan(1000);
      },
    );
  });

  it("lets a response of just the limit pass", async () => {
    await withServer(
      (_, response) => void response.end("x".repeat(1000)),
      async (origin) => {
        const tape = startTape(1000);
        expect(await (await tape.fetch(origin)).text()).toHaveLength(1000);
        expect(tape.exchanges()[0]?.ending).toBe("complete");
      },
    );
  });

  it("does not unpack a gzip bomb beyond the limit", async () => {
    const member = gzipSync(Buffer.alloc(16_000_000));
    const bomb = Buffer.concat(Array.from({ length: 64 }, () => member)); // A gigabyte, unpacked.
    await withServer(
      (_, response) => void response.writeHead(200, { "content-encoding": "gzip" }).end(bomb),
      async (origin) => {
        const tape = startTape();
        const before = process.memoryUsage().rss;
        const response = await tape.fetch(origin);
        await expect(response.bytes()).rejects.toMatchObject({ code: "RESPONSE_TOO_LARGE" });
        expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
        expect(tape.exchanges()[0]?.response?.body.bytes).toHaveLength(5_000_000);
      },
    );
  });

  it("does not send a request it could not keep", async () => {
    let asked = 0;
    await withServer(
      (_, response) => {
        asked++;
        response.end();
      },
      async (origin) => {
        const tape = startTape(10);
        const sending = tape.fetch(origin, { method: "POST", body: "01234567890" });
        await expect(sending).rejects.toMatchObject({ code: "INVALID_REQUEST" });
        expect(asked).toBe(0);
        expect(tape.exchanges()).toMatchObject([{ ending: "failed", failure: expect.stringContaining("10 bytes") }]);
      },
    );
  });

  it("ends with the caller's signal, by the caller's reason", async () => {
    await withServer(
      (_, response) => void response.writeHead(200).write("begun"),
      async (origin) => {
        const tape = startTape();
        const controller = new AbortController();
        const response = await tape.fetch(origin, { signal: controller.signal });
        const reading = response.text();
        const reason = new Error("time is up");
        controller.abort(reason);
        await expect(reading).rejects.toBe(reason);
        expect(tape.exchanges()).toMatchObject([{ ending: "failed", failure: "time is up" }]);
      },
    );
  });

  it("tells a response that its reader gave up from one that is still open", async () => {
    await withServer(
      (_, response) => void response.writeHead(200).write("begun"),
      async (origin) => {
        const tape = startTape();
        const [left, open] = [await tape.fetch(origin), await tape.fetch(origin)];
        await left.body?.cancel();
        const reader = open.body?.getReader();
        await reader?.read();
        expect(tape.exchanges().map(({ ending }) => ending)).toEqual(["cancelled", "open"]);
        await reader?.cancel();
      },
    );
  });

  it("reads nothing that its reader does not ask for", async () => {
    await withServer(
      (_, response) => void response.end("hello"),
      async (origin) => {
        const tape = startTape();
        const unread = await tape.fetch(origin);
        await (await tape.fetch(origin)).text(); // By the end of this one, the first would have been read ahead.
        expect(tape.exchanges().map(({ response }) => response?.body.length)).toEqual([0, 5]);
        expect(await unread.text()).toBe("hello");
      },
    );
  });

  it("keeps nothing more once it has stopped, and still holds to the limit", async () => {
    const stopped = Promise.withResolvers<void>();
    await withServer(
      async (_, response) => {
        response.write("before");
        await stopped.promise;
        response.end("x".repeat(2000));
      },
      async (origin) => {
        const tape = startTape(1000);
        const response = await tape.fetch(origin);
        const reader = response.body?.getReader();
        await reader?.read();
        tape.stop();
        stopped.resolve();
        const rest = async (): Promise<void> => {
          while (!(await reader?.read())?.done);
        };
        await expect(rest()).rejects.toMatchObject({ code: "RESPONSE_TOO_LARGE" });
        expect(tape.exchanges()[0]?.response?.body.bytes).toEqual(Buffer.from("before"));
      },
    );
  });

  it.each([204, 304, 999])("gives a response of status %d as it came", async (status) => {
    await withRawServer(
      (socket) => socket.end(`HTTP/1.1 ${status} Odd\r\nconnection: close\r\n\r\n`),
      async (origin) => {
        const tape = startTape();
        const response = await tape.fetch(origin);
        expect(response).toMatchObject({ status, ok: status === 204, statusText: "Odd" });
        expect(await response.text()).toBe("");
        expect(tape.exchanges()).toMatchObject([{ ending: "complete", response: { status } }]);
      },
    );
  });

  it("keeps a body of many small chunks in little memory", async () => {
    const chunks = 100_000;
    await withRawServer(
      (socket) => {
        socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        socket.end(`${"1\r\nx\r\n".repeat(chunks)}0\r\n\r\n`);
      },
      async (origin) => {
        const tape = startTape();
        await (await tape.fetch(origin)).text();
        const bytes = tape.exchanges()[0]?.response?.body.bytes;
        expect(bytes).toHaveLength(chunks);
        expect(bytes?.buffer.byteLength).toBeLessThan(4 * chunks);
      },
    );
  });
});
