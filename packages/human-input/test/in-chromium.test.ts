import type { HumanBehaviorOptions, HumanInput } from "@bentham/core";
import { systemClock } from "@bentham/core";
import { playwrightSession } from "@bentham/core/playwright";
import { openBrowser } from "@bentham/testbed";
import type { Page } from "playwright-core";
import { afterAll, expect, type TestContext, test } from "vitest";
import { createHumanInput } from "../src/index.ts";
import { isInside } from "../src/pointer/point.ts";

/** The fastest typist there is, for the sake of whoever waits for the tests; one letter in four is mistyped. */
const HASTY: HumanBehaviorOptions = {
  speed: "brisk",
  typing: { minWPM: 250, maxWPM: 300, mistakeRate: 0.25 },
  timing: { navigationDelay: [0, 10], readingDelay: [0, 10] },
};

const BUTTON = { x: 437, y: 391, width: 61, height: 23 };

const PAGE = `<!doctype html><meta charset="utf-8">
<style>body { margin: 0 } textarea, div { width: 400px; height: 120px; white-space: pre-wrap }</style>
<textarea></textarea><div contenteditable="true"></div>
<button style="position: absolute; left: 437px; top: 391px; width: 61px; height: 23px">Send</button>
<script>
  window.seen = [];
  for (const type of ["keydown", "keyup", "mousedown", "mouseup", "mousemove", "click", "input", "wheel"]) {
    addEventListener(type, (event) => {
      const { isTrusted, key, shiftKey, clientX: x, clientY: y, timeStamp: at } = event;
      seen.push({ type, isTrusted, key, shiftKey, x, y, at, tag: event.target.tagName });
    }, true);
  }
</script>`;

interface Seen {
  readonly type: string;
  readonly isTrusted: boolean;
  readonly key?: string;
  readonly shiftKey?: boolean;
  readonly x?: number;
  readonly y?: number;
  readonly at: number;
  readonly tag: string;
}

const TEXTS = {
  "shifted keys": 'Is "AI" at $5/month (100%)?',
  "line breaks": "one\r\ntwo\n\nfour\rfive",
  emoji: "so 👍🏽 and 👨‍👩‍👧, naïve e\u0301tude",
  "other scripts": "你好 world, مرحبا, नमस्ते",
  tabs: "one\ttwo  three",
};

const session = await openBrowser().catch((error: unknown) => {
  if (error instanceof Error && error.message.includes("there is no chromium")) return undefined;
  throw error;
});
afterAll(() => session?.release());

async function opened(context: TestContext, behavior: HumanBehaviorOptions | false = HASTY) {
  if (!session) return context.skip("there is no Chromium here: install one, or name it in BENTHAM_CHROMIUM");
  const { page } = playwrightSession(session);
  await page.setContent(PAGE);
  const { signal } = context;
  const input: HumanInput = createHumanInput({ page, behavior, seed: "chromium", clock: systemClock, signal });
  const seen = (): Promise<Seen[]> => page.evaluate("seen");
  return { page, input, seen };
}

const PLACES = ["textarea", "[contenteditable]"];

for (const place of PLACES) {
  test.for(Object.entries(TEXTS))(`types a text with %s exactly into a ${place}`, async ([, text], context) => {
    const { page, input } = await opened(context);
    await input.click(page.locator(place));
    await input.type(text);
    expect(await textIn(page, place)).toBe(text.replaceAll(/\r\n?/g, "\n"));
  });

  test(`replaces what stands in a ${place}`, async (context) => {
    const { page, input } = await opened(context, false);
    await input.click(page.locator(place));
    await input.type("old\ntext");
    await input.clear();
    await input.insert("new\n\ntext");
    expect(await textIn(page, place)).toBe("new\n\ntext");
  });
}

test("holds Shift for what needs it, and every event is the browser's own", async (context) => {
  const { page, input, seen } = await opened(context);
  await input.click(page.locator("textarea"));
  await input.type("An AI: yes\nno");
  const events = await seen();
  expect(events.filter(({ isTrusted }) => !isTrusted)).toEqual([]);
  const letters = events.filter(({ type, key }) => type === "keydown" && key?.length === 1);
  for (const { key, shiftKey } of letters) expect([key, shiftKey]).toEqual([key, /[A-Z:]/.test(key ?? "")]);
  const breaks = events.filter(({ type, key }) => type === "keydown" && key === "Enter");
  expect(breaks.map(({ shiftKey }) => shiftKey)).toEqual([true]);
});

test("moves to a button and clicks inside it", async (context) => {
  const { page, input, seen } = await opened(context, {});
  await input.click(page.locator("button"));
  const events = await seen();
  const moves = events.filter(({ type }) => type === "mousemove");
  expect(moves.length).toBeGreaterThan(3);
  const presses = events.filter(({ type }) => ["mousedown", "mouseup", "click"].includes(type));
  expect(presses.map(({ type, tag }) => `${type} ${tag}`)).toEqual([
    "mousedown BUTTON",
    "mouseup BUTTON",
    "click BUTTON",
  ]);
  for (const { x = 0, y = 0 } of presses) expect(isInside({ x, y }, BUTTON)).toBe(true);
});

test("says so when there is nothing to click", async (context) => {
  const { page, input } = await opened(context, false);
  await page.locator("button").evaluate((button) => button.style.setProperty("width", "0"));
  await page.locator("button").evaluate((button) => button.style.setProperty("padding", "0"));
  await page.locator("button").evaluate((button) => button.style.setProperty("border", "0"));
  await expect(input.click(page.locator("button"))).rejects.toMatchObject({ code: "UI_OBSTRUCTED" });
});

function textIn(page: Page, place: string): Promise<string> {
  return place === "textarea" ? page.locator(place).inputValue() : page.locator(place).innerText();
}
