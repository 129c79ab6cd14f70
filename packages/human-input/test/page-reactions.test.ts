import { type HumanBehaviorOptions, systemClock } from "@bentham/core";
import { playwrightSession } from "@bentham/core/playwright";
import { openBrowser } from "@bentham/testbed";
import { afterAll, expect, type TestContext, test } from "vitest";
import { createHumanInput, type Plan, planPointer, planScroll, planTyping, prefixesOf } from "../src/index.ts";
import { isInside } from "../src/pointer/point.ts";
import { aPersona } from "./support/behaviors.ts";
import {
  type BusySite,
  CARD_HEIGHT,
  CARDS_TOP,
  DEBOUNCE_MS,
  DRAFT,
  HOVER_MS,
  startBusySite,
  TRIGGER,
} from "./support/busy-page.ts";
import { PageClock } from "./support/page-clock.ts";

// A page does what its rules make of the events it meets. What it asks its server for is therefore known beforehand, of the
// plan; with texts that are filled in and clicks out of nowhere it asks for something else than for people.

const QUERY = "How tall is the Eiffel Tower in metres?";

const VIEWPORT = { width: 1280, height: 720 };

const session = await openBrowser().catch((error: unknown) => {
  if (error instanceof Error && error.message.includes("there is no chromium")) return undefined;
  throw error;
});
afterAll(() => session?.release());

/** The busy page, in a browser whose timers run by the driver's clock. */
async function opened(context: TestContext) {
  if (!session) return context.skip("there is no Chromium here: install one, or name it in BENTHAM_CHROMIUM");
  const browser = playwrightSession(session).context.browser();
  if (!browser) throw new Error("a context of a browser's own");
  const site = await startBusySite();
  context.onTestFinished(() => site[Symbol.asyncDispose]());
  const own = await browser.newContext({ viewport: VIEWPORT });
  context.onTestFinished(() => own.close());
  const page = await own.newPage();
  const clock = await PageClock.of(page);
  await page.goto(site.url);
  return { site, page, clock };
}

function inputFor(clock: PageClock, context: TestContext, behavior: HumanBehaviorOptions | false = {}) {
  const { signal } = context;
  return createHumanInput({ page: clock.page, behavior, seed: "s", clock, signal });
}

test("suggestions are asked for wherever somebody pauses, as the plan has it, mistakes and all", async (context) => {
  const { site, page, clock } = await opened(context);
  const input = inputFor(clock, context);
  await input.click(clock.target("#search"));
  await input.type(QUERY);
  await page.clock.runFor(1000);
  const plan = planTyping(QUERY, aPersona({}, "s"), "s/1");
  expect(suggestionsFor(plan).length).toBeGreaterThan(3);
  await expectAsked(site, "/suggest", suggestionsFor(plan));
});

test("a text that is filled in asks for one suggestion", async (context) => {
  const { site, page } = await opened(context);
  await page.fill("#search", QUERY);
  await page.clock.runFor(1000);
  await expectAsked(site, "/suggest", [QUERY]);
  expect(suggestionsFor(planTyping(QUERY, aPersona({}, "s"), "s/1"))).not.toEqual([QUERY]);
});

test("the menu opens under a pointer that rests, and is clicked in", async (context) => {
  const { site, page, clock } = await opened(context);
  const input = inputFor(clock, context);
  const plan = planPointer({ x: 0, y: 0 }, TRIGGER, aPersona({}, "s"), "s/0", { viewport: page.viewportSize() });
  expect(opensMenu(plan)).toBe(true);
  await input.hover(clock.target("#trigger"));
  await page.clock.runFor(HOVER_MS);
  await input.click(clock.target("#item"));
  await expectAsked(site, "/menu", [""]);
  await expectAsked(site, "/item", [""]);
});

test("a click out of nowhere opens no menu", async (context) => {
  const { site, page } = await opened(context);
  await page.click("#trigger");
  await page.clock.runFor(1000);
  await page.evaluate("ask('/over', '')");
  await expectAsked(site, "/over", [""]);
  expect(site.asked("/menu")).toEqual([]);
});

test("what lies on the way is loaded when the wheel is turned, and not when the page jumps", async (context) => {
  const { site, page } = await opened(context);
  const input = createHumanInput({
    page,
    // Bursts and rests in a quarter of the time, for the sake of whoever waits for the tests.
    behavior: { speed: "brisk" },
    seed: "s",
    clock: systemClock,
    signal: context.signal,
  });
  const wanted = cardsOnTheWayTo(24, "s/1");
  // Past the wanted card by no more than what its last burst goes on for.
  expect(wanted.length).toBeGreaterThan(24);
  await input.scrollTo(page.locator("#card-24"));
  await expectAsked(site, "/card", wanted);
  await page.goto(site.url);
  const before = site.asked("/card").length;
  await page.locator("#card-24").scrollIntoViewIfNeeded();
  await expect.poll(() => site.asked("/card").length).toBeGreaterThan(before);
  await page.evaluate("ask('/over', '')");
  await expectAsked(site, "/over", [""]);
  expect(site.asked("/card").slice(before)).not.toContain("card-2");
});

test("an editor with a model of its own sends just what was to be typed", async (context) => {
  const { site, clock } = await opened(context);
  const input = inputFor(clock, context);
  // Something stands there already: it is seen, taken back, and typed anew.
  expect(await input.write(clock.target("#editor"), QUERY)).toBe("mended");
  await input.click(clock.target("#send"));
  await expectAsked(site, "/send", [QUERY]);
});

test("an editor with a model of its own is not replaced by what is filled in", async (context) => {
  const { site, page } = await opened(context);
  await page.fill("#editor", QUERY);
  await page.click("#send");
  await expect.poll(() => site.asked("/send").length).toBe(1);
  expect(site.asked("/send")).not.toEqual([QUERY]);
  expect(site.asked("/send")[0]).toContain(DRAFT);
});

/** Requests take their time to come, but none of them more. */
async function expectAsked(site: BusySite, path: string, wanted: readonly string[]): Promise<void> {
  await expect.poll(() => site.asked(path), { timeout: 10_000 }).toEqual(wanted);
}

/** What stands in the field whenever nothing changes there for as long as the page waits. */
function suggestionsFor(plan: Plan): string[] {
  const inputs = plan.events.filter(
    (event) => event.kind === "keyDown" && (event.key.length === 1 || event.key === "Backspace"),
  );
  return prefixesOf(plan).filter((_, index) => {
    const nextMs = inputs[index + 1]?.atMs ?? Infinity;
    return nextMs - (inputs[index]?.atMs ?? 0) > DEBOUNCE_MS;
  });
}

/** Whether the pointer stays over the trigger for as long as the page waits; a way to hover on ends there. */
function opensMenu({ events }: Plan): boolean {
  const end = events.findLast((event) => event.kind === "move");
  return end !== undefined && isInside(end, TRIGGER);
}

/**
 * The cards that come into view on the way to one of them: the wheel turns by the plan, burst by burst, until all of that
 * card is in view. The first action moves the pointer over the page.
 */
function cardsOnTheWayTo(card: number, seed: string): string[] {
  const top = CARDS_TOP + card * CARD_HEIGHT;
  const away = top + CARD_HEIGHT / 2 - VIEWPORT.height / 2;
  let scrolled = 0;
  for (const event of planScroll(away, seed).events) {
    if (event.kind === "wheel") scrolled += event.deltaY;
    if (event.kind === "wait" && top + CARD_HEIGHT <= scrolled + VIEWPORT.height) break;
  }
  const inView = Math.ceil((scrolled + VIEWPORT.height - CARDS_TOP) / CARD_HEIGHT);
  return Array.from({ length: inView }, (_, index) => `card-${index}`);
}
