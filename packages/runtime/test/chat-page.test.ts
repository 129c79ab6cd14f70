import { mkdtempDisposable, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type JobResult, Secret } from "@bentham/core";
import { markdownAsShown, normaliseShown, startProxy, withTemporaryFolder } from "@bentham/testbed";
import { afterAll, expect, test } from "vitest";
import { type ChatDesk, type ChatDeskOptions, openBrowsers, openChatDesk } from "./support/chat-desk.ts";

const QUESTION = "Why is the sky blue? Ünïcödé, 日本語 & 👍🏽";

/** Time in which a question is asked even on a busy machine, in milliseconds. */
const ENOUGH_TO_ASK = 20_000;

/** The browser of all tests but of those that may do it harm. */
const folderOfBrowsers = await mkdtempDisposable(join(tmpdir(), "bentham-chat-page-"));
const browsers = await openBrowsers(folderOfBrowsers.path);
afterAll(async () => {
  await browsers[Symbol.asyncDispose]();
  await folderOfBrowsers[Symbol.asyncDispose]();
});

async function withDesk(
  options: Omit<ChatDeskOptions, "folder">,
  use: (desk: ChatDesk) => Promise<void>,
): Promise<void> {
  await withTemporaryFolder(async (folder) => {
    await using desk = await openChatDesk({ browsers, ...options, folder });
    await use(desk);
  });
}

test.each(["textarea", "contenteditable"] as const)("asks through a %s, as people do", async (composer) => {
  await withDesk({ composer }, async ({ ask, chat, evidence }) => {
    const question = `${QUESTION}\nAnd a second line.`;
    const result = await ask(question, {
      human: { typing: { minWPM: 200, maxWPM: 300 }, timing: { readingDelay: [0, 0] } },
    });
    expect(result.error).toBeUndefined();
    expect(chat.asks().map((asked) => asked.question)).toEqual([question]);
    expect(normaliseShown(result.response?.text ?? "")).toBe(markdownAsShown(chat.answers.get(question) ?? "none"));
    expect(result.evidence).toMatchObject({ state: "complete" });
    const statement = await readFile(join(evidence, result.evidence?.bagPath ?? "", "data/evidence.json"), "utf8");
    expect(JSON.parse(statement)).toMatchObject({
      notes: {
        page: { composer: "[data-testid=composer]", consent: "rejected", done: "[data-testid=copy]" },
        input: { imitates: "people" },
      },
    });
  });
});

test("gives the sources of an answer", async () => {
  const sources = [{ url: "https://a.example/one", title: "One" }];
  await withDesk({ scenarios: [{ scenario: { kind: "answer", text: "Because.", sources } }] }, async ({ ask }) => {
    const { response } = await ask(QUESTION);
    expect(response).toMatchObject({ text: "Because.", citations: sources });
  });
});

test("takes neither status text nor a text before its last edit for the answer", async () => {
  const scenario = {
    kind: "answer",
    delayMs: 100,
    statusText: "Searching the web…",
    statusMs: 3_000,
    text: "First version.",
    lateEdit: "Second version.",
  } as const;
  await withDesk({ scenarios: [{ scenario }] }, async ({ ask }) => {
    expect((await ask(QUESTION)).response?.text).toBe("Second version.");
  });
});

type Broken = "error" | "rate-limit" | "cut" | "vanish" | "empty" | "endless" | "stall" | "hang";

interface Ending extends Pick<ChatDeskOptions, "browsers"> {
  readonly timeout?: number;
}

/** What comes of a question to such a chat, which is asked once, and of which there is evidence. */
async function broken(kind: Broken, { timeout, ...options }: Ending = {}): Promise<JobResult> {
  let result: JobResult | undefined;
  await withDesk({ scenarios: [{ scenario: { kind } }], ...options }, async ({ ask, chat, evidence }) => {
    result = await ask(QUESTION, {}, timeout);
    expect(chat.asksOf(QUESTION)).toBe(1);
    const bag = join(evidence, result.evidence?.bagPath ?? "");
    const har = await readFile(join(bag, "data/network.har"), "utf8");
    expect(har).toContain("/api/ask");
  });
  if (!result) throw new Error("nothing was asked");
  return result;
}

test.each([
  ["error", "UPSTREAM_ERROR"],
  ["rate-limit", "RATE_LIMITED"],
  ["cut", "TRUNCATED_RESPONSE"],
  ["vanish", "TRUNCATED_RESPONSE"],
  ["empty", "EMPTY_RESPONSE"],
] as const)("a chat with %s ends in %s, asked once, and with evidence", async (kind, code) => {
  expect(await broken(kind)).toMatchObject({ success: false, error: { code } });
});

// At once, as each does little but wait for the end of its time; each in a browser of its own, which a page may have hung.
test.concurrent.each([
  ["endless", "ANSWER_TIMEOUT"],
  ["stall", "ANSWER_TIMEOUT"],
  ["hang", "TIMEOUT"],
] as const)("a chat with %s ends in %s when its time is up, asked once, and with evidence", async (kind, code) => {
  const result = await broken(kind, { timeout: ENOUGH_TO_ASK, browsers: undefined });
  expect(result).toMatchObject({ success: false, error: { code } });
});

test.each([
  ["challenge", "CHALLENGE"],
  ["login-wall", "LOGIN_REQUIRED"],
  ["locked", "ACCOUNT_BLOCKED"],
] as const)("a page that is a %s waits for a person, with a picture of it", async (document, code) => {
  await withDesk({ document }, async ({ ask, chat }) => {
    const result = await ask(QUESTION);
    expect(result).toMatchObject({ success: false, error: { code }, outcome: "parked" });
    expect(result.evidence?.screenshotPath).toContain("screenshot.png");
    expect(chat.asks()).toEqual([]);
  });
});

test("a browser asks nobody but the page, by its location's proxy", async () => {
  await using proxy = await startProxy({ username: "user", password: "password" });
  const settings = { server: proxy.url, username: "user", password: new Secret("password") };
  await withDesk({ locations: { far: { proxies: [settings] } } }, async ({ ask, chat }) => {
    const result = await ask(QUESTION, { locationId: "far" });
    expect(result).toMatchObject({ success: true, metadata: { proxyUsed: "far/1" } });
    const targets = new Set(proxy.connections().map(({ target }) => target));
    expect([...targets]).toEqual([new URL(chat.url).host]);
  });
});

test.each([
  ["refuse", "PROXY_FAILED"],
  ["407", "PROXY_AUTH_FAILED"],
] as const)(
  "a proxy that does %s is what a cell fails by, and nobody goes directly instead",
  async (behaviour, code) => {
    await using proxy = await startProxy();
    await proxy.behave(behaviour);
    await withDesk({ locations: { far: { proxies: [{ server: proxy.url }] } } }, async ({ ask, chat }) => {
      expect(await ask(QUESTION, { locationId: "far" })).toMatchObject({ success: false, error: { code } });
      expect(chat.asks()).toEqual([]);
    });
  },
);

test("a site that nobody serves any more is a refused connection, told in one line", async () => {
  await withDesk({}, async ({ ask, chat }) => {
    await chat[Symbol.asyncDispose]();
    const { error } = await ask(QUESTION);
    expect(error).toMatchObject({ code: "CONNECTION_REFUSED" });
    expect(error?.message).not.toContain("\n");
  });
});
