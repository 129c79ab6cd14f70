import { systemClock } from "@bentham/core";
import { playwrightSession } from "@bentham/core/playwright";
import { openBrowser } from "@bentham/testbed";
import type { Page } from "playwright-core";
import { afterAll, expect, type TestContext, test } from "vitest";
import { createHumanInput } from "../src/index.ts";

const session = await openBrowser().catch((error: unknown) => {
  if (error instanceof Error && error.message.includes("there is no chromium")) return undefined;
  throw error;
});
afterAll(() => session?.release());

/** Places where a button may stand, alone or in a frame, and what it does when it is clicked. */
const BUTTON = `<button style="position: absolute; left: 300px; top: 200px; width: 90px; height: 40px">Send</button>`;
const HEAR = `for (const type of ["mousedown", "mouseup", "click"])
  addEventListener(type, ({ target }) => top.seen.push(type + " " + target.nodeName), true);`;
const IN_FRAME = `<body style='margin: 0'>${BUTTON}<script>${HEAR}</script>`.replaceAll('"', "&quot;");

async function opened(html: string, context: TestContext): Promise<Page> {
  if (!session) return context.skip("there is no Chromium here: install one, or name it in BENTHAM_CHROMIUM");
  const { page } = playwrightSession(session);
  await page.setContent(`<!doctype html><body style="margin: 0"><script>seen = []; ${HEAR}</script>${html}`);
  return page;
}

test.for([
  ["on a page", BUTTON],
  ["that is a link", BUTTON.replaceAll("button", "a").replace("<a", `<a href="#there"`)],
  ["all over the page", BUTTON.replace(/style="[^"]*"/, `style="position: fixed; inset: 0; width: 100%"`)],
  ["in a frame", `<iframe style="width: 500px; height: 300px; border: 0" srcdoc="${IN_FRAME}"></iframe>`],
] as const)("a button %s is not clicked by an attempt that ends while it is held", async ([name, html], context) => {
  const page = await opened(html, context);
  const button = (name === "in a frame" ? page.frameLocator("iframe") : page).locator("button, a");
  const ending = new AbortController();
  const behavior = { speed: "brisk", mouse: { clickDelay: [60_000, 60_000] } } as const;
  const input = createHumanInput({ page, behavior, seed: "s", clock: systemClock, signal: ending.signal });
  const clicking = input.click(button);
  await expect.poll(() => page.evaluate<string[]>("seen"), { timeout: 20_000 }).toHaveLength(1);
  ending.abort(new Error("enough"));
  await expect(clicking).rejects.toThrow("enough");
  const tag = name === "that is a link" ? "A" : "BUTTON";
  const seen = await page.evaluate<string[]>("seen");
  expect(seen[0]).toBe(`mousedown ${tag}`);
  expect(seen).not.toContain(`click ${tag}`);
  // The button is up: a press of somebody else's is a whole click.
  await page.mouse.move(340, 220);
  await page.mouse.down();
  await page.mouse.up();
  expect((await page.evaluate<string[]>("seen")).slice(-3)).toEqual([
    `mousedown ${tag}`,
    `mouseup ${tag}`,
    `click ${tag}`,
  ]);
});
