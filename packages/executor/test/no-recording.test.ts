import { once } from "node:events";
import { createServer } from "node:http";
import { gzipSync } from "node:zlib";
import { aJob } from "@bentham/testbed";
import { createExecutor } from "@bentham/executor";
import { expect, test } from "vitest";

test("an answer without end is broken off, also where no evidence is kept", async () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000, "a"));
  const server = createServer((request, response) => {
    if (request.url === "/bomb") response.setHeader("content-encoding", "gzip").end(bomb);
    else response.end("short");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const executor = createExecutor({
    surfaceAdapters: {
      resolve: () => ({
        name: "raw",
        version: "1",
        async ask({ query }, context) {
          await context.beforeAsk();
          const response = await context.fetch(`http://127.0.0.1:${port}${query}`);
          return {
            text: `${response.status} ${response.url.endsWith(query)} ${await response.text()}`,
            responseTimeMs: 0,
          };
        },
      }),
    },
  });
  const bombed = await executor.executeJob(aJob({ query: "/bomb" }), { maxRetries: 0 });
  expect(bombed.error?.code).toBe("RESPONSE_TOO_LARGE");
  const short = await executor.executeJob(aJob({ query: "/short" }), { maxRetries: 0 });
  expect(short.response?.text).toBe("200 true short");
  server.close();
  await once(server, "close");
});
