import { type ChatRule, type ChatServer, SimulatedClock, startChatServer } from "@bentham/testbed";
import { expect, test } from "vitest";
import { until } from "../support/asking.ts";

test("streams an answer to who has its cookie and its CSRF value, and keeps the books", async () => {
  await using server = await startChatServer();
  expect((await fetch(`${server.url}/api/ask`, { method: "POST", body: '{"question":"Why?"}' })).status).toBe(403);
  const ask = await visitor(server);
  const body = await (await ask("Why?")).text();
  expect(body).toMatch(/data: \[DONE\]\n\n$/);
  expect(textOf(body)).toBe(server.answers.get("Why?"));
  await (await ask("Why?")).text();
  await (await ask("How?")).text();
  expect([server.asksOf("Why?"), server.asksOf("How?"), server.asksOf("Who?")]).toEqual([2, 1, 0]);
  await until(() => server.asks().every(({ outcome }) => outcome === "done"));
  expect(server.secretsSeen()).toHaveLength(2);
});

test("does what the last rule that matches says", async () => {
  const scenarios: ChatRule[] = [
    { question: "hy", scenario: { kind: "error" } },
    { nthOfQuestion: 2, scenario: { kind: "rate-limit" } },
    { nth: 3, scenario: { kind: "empty" } },
  ];
  await using server = await startChatServer({ scenarios });
  const ask = await visitor(server);
  expect((await ask("Why?")).status).toBe(500);
  const limited = await ask("Why?");
  expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "120"]);
  expect(await (await ask("Why?")).text()).toBe("data: [DONE]\n\n");
  server.setScenarios([{ scenario: { kind: "cut" } }]);
  await expect((await ask("Who?")).text()).rejects.toThrow("terminated");
});

test("waits by its clock, and goes silent when it is to", async () => {
  const clock = new SimulatedClock();
  const scenarios: ChatRule[] = [{ scenario: { kind: "stall", delayMs: 5000 } }];
  await using server = await startChatServer({ scenarios, clock });
  const ask = await visitor(server);
  const leaving = new AbortController();
  const asking = ask("Why?", leaving.signal);
  await until(() => clock.sleepers === 1);
  await clock.advance(5000);
  const response = await asking;
  expect(response.status).toBe(200);
  await until(() => (server.answers.get("Why?") ?? "") !== "");
  leaving.abort();
  await until(() => server.asks()[0]?.outcome === "gone");
});

test("puts something else where the chat should stand", async () => {
  await using server = await startChatServer({ document: "challenge" });
  const challenge = await fetch(server.url);
  expect(challenge.status).toBe(403);
  expect(await challenge.text()).toMatch(/<title>Just a moment\.\.\.<\/title>[^]*id="challenge-form"/);
  server.setDocument("login-wall");
  expect(await (await fetch(server.url)).text()).toContain("Sign in to continue");
  server.setDocument("no-composer");
  expect(await (await fetch(server.url)).text()).toContain('data-testid="v2-composer"');
  server.setDocument("chat");
  expect(await (await fetch(server.url)).text()).toContain('data-testid="composer"');
});

/** Visits the page, and gives what asks as its script does. */
async function visitor({ url }: ChatServer): Promise<(question: string, signal?: AbortSignal) => Promise<Response>> {
  const page = await fetch(url);
  const [cookie = ""] = (page.headers.get("set-cookie") ?? "").split(";");
  const csrf = /name="csrf" value="([^"]*)"/.exec(await page.text())?.[1] ?? "";
  return (question, signal) =>
    fetch(`${url}/api/ask`, {
      method: "POST",
      headers: { cookie, "x-csrf-token": csrf },
      body: JSON.stringify({ question }),
      signal: signal ?? null,
    });
}

function textOf(body: string): string {
  const events = [...body.matchAll(/^data: (\{.*\})$/gm)].map(([, json]) => JSON.parse(json ?? "").delta);
  return events.join("");
}
