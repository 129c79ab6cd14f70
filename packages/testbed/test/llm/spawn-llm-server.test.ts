import { spawnLlmServer } from "@bentham/testbed";
import { expect, test } from "vitest";

test("runs in a process of its own, takes new scenarios, and ends when it is told to", async () => {
  const server = await spawnLlmServer({ scenarios: [{ scenario: { kind: "error", status: 500 } }] });
  expect((await ask(server.url)).status).toBe(500);
  await server.setScenarios([]);
  expect((await ask(server.url)).status).toBe(200);
  expect((await server.asks()).map(({ scenario }) => scenario)).toEqual(["error", "answer"]);
  await server[Symbol.asyncDispose]();
  await expect(ask(server.url)).rejects.toThrow("fetch failed");
});

function ask(url: string): Promise<Response> {
  const body = JSON.stringify({ model: "m", messages: [{ role: "user", content: "Why?" }] });
  return fetch(`${url}/v1/chat/completions`, { method: "POST", body });
}
