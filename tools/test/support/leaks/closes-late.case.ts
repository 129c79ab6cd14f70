import { once } from "node:events";
import { createServer } from "node:http";
import { expect, test } from "vitest";

test("closes what it opens, without waiting for it", async () => {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  server.close();
  expect(server.listening).toBe(false);
});
