import {
  chatAnswerTo,
  type ChatServer,
  type ChatServerOptions,
  createAuthority,
  markdownAsShown,
  normaliseShown,
  openBrowser,
  startChatServer,
} from "@bentham/testbed";
import { playwrightSession } from "@bentham/core/playwright";
import type { Page } from "playwright-core";
import { afterAll, expect, test } from "vitest";

const QUESTION = "Is `ice` **cold**?  日本語 😀 | a\nand a second line";
const SHOWN = ".answer";

/** The browser of every test here; each has a context of its own in it. */
const session = await openBrowser();
afterAll(() => session.release());

test.each(["textarea", "contenteditable"] as const)("asks and shows the answer, with a %s", async (composer) => {
  const authority = await createAuthority();
  await visit({ composer, tls: await authority.issue() }, async (page, server) => {
    const field = page.getByTestId("composer");
    await field.click();
    for (const [place, line] of QUESTION.split("\n").entries()) {
      if (place > 0) await page.keyboard.press("Shift+Enter");
      await page.keyboard.insertText(line);
    }
    await page.keyboard.type("!x");
    await page.keyboard.press("Backspace");
    await page.keyboard.press("Enter");
    await page.getByTestId("copy").waitFor();
    expect(server.asks().map(({ question }) => question)).toEqual([`${QUESTION}!`]);
    const answer = server.answers.get(`${QUESTION}!`) ?? "";
    expect(answer).toBe(chatAnswerTo(`${QUESTION}!`));
    expect(await shown(page)).toBe(markdownAsShown(answer));
    expect(await page.locator("article[data-role=assistant]").getByTestId("good").count()).toBe(1);
    expect(await page.getByTestId("stop").isVisible()).toBe(false);
  });
});

test("can be stopped while it answers, and only then", async () => {
  await visit({ scenarios: [{ scenario: { kind: "endless" } }] }, async (page, server) => {
    expect(await page.getByTestId("stop").isVisible()).toBe(false);
    await ask(page);
    await page.locator(SHOWN, { hasText: "and and" }).waitFor();
    expect(await page.getByTestId("copy").count()).toBe(0);
    await page.getByTestId("stop").click();
    await page.getByTestId("stop").waitFor({ state: "hidden" });
    expect(server.asks()).toHaveLength(1);
  });
});

test("shows status text first, and edits late, before the action bar shows", async () => {
  const scenario = { kind: "answer", text: "First.", lateEdit: "**Second**.", statusText: "Searching…" } as const;
  await visit({ scenarios: [{ scenario }] }, async (page) => {
    // Kept in the page: whoever looks from here looks too late where the machine is busy.
    await page.evaluate(`
      states = [];
      new MutationObserver(() => {
        const answer = document.querySelector("${SHOWN}");
        const isDone = document.querySelector("article[data-role=assistant] [data-testid=copy]") !== null;
        const state = answer ? answer.innerText.trim() + (isDone ? " (done)" : "") : "";
        if (state !== states.at(-1)) states.push(state);
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    `);
    await ask(page);
    await page.getByTestId("copy").waitFor();
    await expect.poll(() => page.evaluate("states.at(-1)")).toBe("Second. (done)");
    // The bar may come in the same moment as the edit, and in no earlier one.
    const states: unknown = await page.evaluate("states.filter((state) => state !== '' && state !== 'Second.')");
    expect(states).toEqual(["Searching…", "First.", "Second. (done)"]);
    expect(await shown(page)).toBe("Second.");
  });
});

test("lists the sources of an answer in its turn", async () => {
  const sources = [{ url: "https://a.example/x", title: "A & b" }];
  await visit({ scenarios: [{ scenario: { kind: "answer", text: "Yes.", sources } }] }, async (page) => {
    await ask(page);
    const link = page.locator("article[data-role=assistant] .sources a");
    expect([await link.innerText(), await link.getAttribute("href")]).toEqual(["A & b", "https://a.example/x"]);
    await page.getByTestId("copy").waitFor();
    expect(await shown(page)).toBe("Yes.");
  });
});

test("shows an action bar under an answer without a word", async () => {
  await visit({ scenarios: [{ scenario: { kind: "empty" } }] }, async (page) => {
    await ask(page);
    await page.getByTestId("copy").waitFor();
    expect(await shown(page)).toBe("");
  });
});

test.each([
  [{ kind: "error" }, "Something went wrong", 0],
  [{ kind: "rate-limit" }, "You have reached the limit. Try again in 2 minutes", 0],
  [{ kind: "cut" }, "Something went wrong", 1],
  [{ kind: "vanish" }, "Something went wrong", 0],
] as const)("shows an alert for %j", async (scenario, alert, answers) => {
  await visit({ scenarios: [{ scenario }] }, async (page) => {
    await ask(page);
    expect(await page.getByRole("alert").innerText()).toBe(alert);
    expect(await page.locator(SHOWN).count()).toBe(answers);
  });
});

async function ask(page: Page): Promise<void> {
  await page.getByTestId("composer").fill("Why?");
  await page.getByTestId("send").click();
}

async function shown(page: Page): Promise<string> {
  return normaliseShown(await page.locator(SHOWN).last().innerText());
}

/** Opens the chat in a browser, and refuses what the banner asks for. */
async function visit(
  options: ChatServerOptions,
  use: (page: Page, server: ChatServer) => Promise<void>,
): Promise<void> {
  await using server = await startChatServer(options);
  const context = await playwrightSession(session).context.browser()?.newContext({ ignoreHTTPSErrors: true });
  if (!context) throw new Error("the browser has been closed");
  try {
    const page = await context.newPage();
    await page.goto(server.url);
    await page.getByRole("button", { name: "Reject all" }).click();
    await use(page, server);
  } finally {
    await context.close();
  }
}
