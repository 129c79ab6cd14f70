import { type HumanBehaviorOptions, systemClock } from "@bentham/core";
import { playwrightSession } from "@bentham/core/playwright";
import { EDITORS, EDITORS_PAGE, openBrowser, QUESTIONS_BY_SCRIPT } from "@bentham/testbed";
import type { Locator, Page } from "playwright-core";
import { afterAll, expect, type TestContext, test } from "vitest";
import { createHumanInput } from "../src/index.ts";
import { PageClock } from "./support/page-clock.ts";

interface Seen {
  readonly type: string;
  readonly isTrusted: boolean;
  readonly key?: string;
  readonly code?: string;
  readonly shiftKey?: boolean;
  readonly onWindow: boolean;
}

const SORTS = Object.values(EDITORS);

// The fault row typed-questions types all 50 into each sort of editor: `npm run faults -- typed-questions`.

/** Some 1,600 events of keys: a minute where the machine is busy. In milliseconds. */
const SLOW = 300_000;

const session = await openBrowser().catch((error: unknown) => {
  if (error instanceof Error && error.message.includes("there is no chromium")) return undefined;
  throw error;
});
afterAll(() => session?.release());

async function opened(context: TestContext): Promise<Page> {
  if (!session) return context.skip("there is no Chromium here: install one, or name it in BENTHAM_CHROMIUM");
  const { page } = playwrightSession(session);
  await page.setContent(EDITORS_PAGE);
  return page;
}

function inputFor(page: Page, seed: string, context: TestContext, behavior: HumanBehaviorOptions = {}) {
  const clock = PageClock.withoutTimers(page);
  const { signal } = context;
  return { clock, input: createHumanInput({ page: clock.page, behavior, seed, clock, signal }) };
}

test(
  "questions in 10 scripts, three or four in each sort of editor, are typed there just as they are, and no key stays down",
  async (context) => {
    const page = await opened(context);
    const questions = Object.values(QUESTIONS_BY_SCRIPT).flatMap((ofScript) => ofScript.slice(0, 2));
    expect(questions).toHaveLength(20);
    for (const [place, sort] of SORTS.entries()) {
      const editor = editorOf(page, sort);
      const { clock, input } = inputFor(page, `${place}`, context, { typing: { mistakeRate: 0.05 } });
      for (const text of questions.filter((_, index) => index % SORTS.length === place)) {
        expect([text, await input.write(clock.target(editor), text)]).toEqual([text, "typed"]);
        expect(await textOf(editor)).toBe(text);
        expect(stuckKeys(await page.evaluate("seen"))).toEqual([]);
        await input.clear();
      }
    }
  },
  SLOW,
);

test.for(Object.entries(EDITORS))(
  "an editor of the sort $0 that holds something else is emptied, and typed anew",
  async ([name, sort], context) => {
    const page = await opened(context);
    const editor = editorOf(page, sort);
    const { clock, input } = inputFor(page, name, context);
    await input.write(clock.target(editor), "a draft");
    expect(await input.write(clock.target(editor), "The question?")).toBe("mended");
    expect(await textOf(editor)).toBe("The question?");
  },
);

test("interrupted in the middle of a word, it lets go of what is down", async (context) => {
  const page = await opened(context);
  await page.locator("#area").click();
  const ending = new AbortController();
  const input = createHumanInput({ page, seed: "s", clock: systemClock, signal: ending.signal });
  const typing = input.type("SCREAMING ALL THE WAY");
  await expect
    .poll(async () => (await seenBy(page)).filter(({ key }) => key === "R").length, { timeout: 20_000 })
    .toBeGreaterThan(0);
  ending.abort(new Error("enough"));
  await expect(typing).rejects.toThrow("enough");
  expect(stuckKeys(await seenBy(page))).toEqual([]);
  await page.keyboard.press("x");
  expect((await seenBy(page)).findLast(({ type }) => type === "keydown")).toMatchObject({ key: "x", shiftKey: false });
  expect(await page.locator("#area").inputValue()).toMatch(/^SCR[A-Z]*x$/);
});

test("a German keyboard gives its own keys, with the code of their place", async (context) => {
  const page = await opened(context);
  const behavior = { layout: "german", speed: "brisk", typing: { mistakeRate: 0 } } as const;
  const input = createHumanInput({ page, behavior, seed: "s", clock: systemClock, signal: context.signal });
  const text = "Größe (Zug) für Yvonne @ 5 €?";
  expect(await input.write(page.locator("#area"), text)).toBe("typed");
  const seen = await seenBy(page);
  expect(seen.filter(({ isTrusted }) => !isTrusted)).toEqual([]);
  expect(stuckKeys(seen)).toEqual([]);
  const codes = seen
    .filter(({ type }) => type === "keydown")
    .map(({ key, code, shiftKey }) => `${key} ${code} ${shiftKey}`);
  expect(codes).toEqual(expect.arrayContaining(["Z KeyY true", "Y KeyZ true", "ö Semicolon false", "ß Minus false"]));
  expect(codes).toEqual(
    expect.arrayContaining(["AltGraph AltRight false", "@ KeyQ false", "€ KeyE false", "( Digit8 true"]),
  );
});

test.for(["us", "uk", "german", "french", "spanish"] as const)(
  "all that a %s keyboard gives with Shift and AltGr comes to stand in a page, and no key stays down",
  async (layout, context) => {
    const page = await opened(context);
    const area = page.locator(EDITORS.area.css);
    const behavior = { layout, speed: "brisk", typing: { minWPM: 200, maxWPM: 250, mistakeRate: 0 } } as const;
    const input = createHumanInput({ page, behavior, seed: layout, clock: systemClock, signal: context.signal });
    const text = `Ça (Straße) "¿niño?" 'Été' £5 = 4 € [a]{b} \\|@#~^ <x> AÀÑÖ`;
    expect(await input.write(area, text)).toBe("typed");
    expect(await textOf(area)).toBe(text);
    expect(stuckKeys(await seenBy(page))).toEqual([]);
  },
);

test("another page has the focus for a while, and gives it back", async (context) => {
  const page = await opened(context);
  await page.locator("#area").click();
  const focused = async (): Promise<string[]> =>
    (await seenBy(page)).filter(({ onWindow }) => onWindow).map(({ type }) => type);
  // One in ten looks away: the first seed that does.
  for (let seed = 0; seed < 100 && !(await focused()).includes("blur"); seed++) {
    const behavior = { focusPatterns: true, speed: "brisk", timing: { readingDelay: [0, 10] } } as const;
    const { signal } = context;
    const input = createHumanInput({ page, behavior, seed: `${seed}`, clock: systemClock, signal });
    await input.pause("reading", "some words to read");
  }
  await expect.poll(focused).toEqual(["blur", "focus"]);
  expect(page.context().pages()).toHaveLength(1);
  await page.keyboard.press("x");
  expect(await page.locator("#area").inputValue()).toBe("x");
});

function editorOf(page: Page, sort: (typeof SORTS)[number]): Locator {
  return "frame" in sort ? page.frameLocator(sort.frame).locator(sort.css) : page.locator(sort.css);
}

function seenBy(page: Page): Promise<Seen[]> {
  return page.evaluate("seen");
}

/** The keys that went down and did not come up. */
function stuckKeys(seen: readonly Seen[]): string[] {
  const down = new Set<string>();
  for (const { type, key, code } of seen) {
    if (type === "keydown") down.add(code ?? key ?? "");
    if (type === "keyup") down.delete(code ?? key ?? "");
  }
  return [...down];
}

/** What stands in an editor: a field's value, or an element's text. */
function textOf(editor: Locator): Promise<string> {
  return editor.evaluate((element: { value?: string; innerText: string }) => element.value ?? element.innerText);
}
