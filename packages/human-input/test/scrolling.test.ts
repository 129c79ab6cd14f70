import { systemClock } from "@bentham/core";
import { playwrightSession } from "@bentham/core/playwright";
import { openBrowser } from "@bentham/testbed";
import type { Locator, Page } from "playwright-core";
import { afterAll, expect, type TestContext, test } from "vitest";
import { createHumanInput } from "../src/index.ts";
import { PageClock } from "./support/page-clock.ts";

const TALL = "<div style='height: 1100px'></div>";

/** Something to click on, far down in things that scroll, and what is told when it is clicked. */
const BUTTON = `<button style="display: block; height: 40px" onclick="parent.clicked = (parent.clicked ?? 0) + 1">Here</button>`;

const INNER = `<div id="inner" style="height: 300px; width: 400px; overflow-y: auto">${TALL}${BUTTON}${TALL}</div>`;

const PAGES: Readonly<Record<string, string>> = {
  "a long page": `${TALL}${TALL}${BUTTON}${TALL}`,
  "a list that scrolls itself": INNER,
  "a list that scrolls itself, far down a page": `${TALL}${INNER}${TALL}`,
  "a frame far down a page": `${TALL}<iframe style="width: 500px; height: 300px" srcdoc="${BUTTON.replaceAll('"', "&quot;")}"></iframe>${TALL}`,
  "a frame that scrolls itself, far down a page": `${TALL}<iframe style="width: 500px; height: 300px" srcdoc="${`${TALL}${BUTTON}`.replaceAll('"', "&quot;")}"></iframe>${TALL}`,
  "a page that is wider than the window": `<div style="width: 3200px; padding-left: 3000px">${BUTTON}</div>`,
  "a page that is wider and longer than the window": `${TALL}<div style="width: 3200px; padding-left: 3000px">${BUTTON}</div>${TALL}`,
  "a carousel": `<div style="width: 400px; overflow-x: auto"><div style="width: 3000px; padding-left: 900px">${BUTTON}</div></div>`,
  "a carousel far down a page": `${TALL}<div style="width: 400px; overflow-x: auto"><div style="width: 3000px; padding-left: 900px">${BUTTON}</div></div>${TALL}`,
  "a page that eats the wheel": `${TALL}${BUTTON}${TALL}<script>addEventListener("wheel", (event) => event.preventDefault(), { passive: false })</script>`,
};

const session = await openBrowser().catch((error: unknown) => {
  if (error instanceof Error && error.message.includes("there is no chromium")) return undefined;
  throw error;
});
afterAll(() => session?.release());

async function opened(html: string, context: TestContext) {
  if (!session) return context.skip("there is no Chromium here: install one, or name it in BENTHAM_CHROMIUM");
  const { page } = playwrightSession(session);
  await page.setContent(`<!doctype html><body style="margin: 0">${html}`);
  await page.evaluate(
    "scrollTo(0, 0); window.clicked = 0; window.wheels = 0; addEventListener('wheel', () => wheels++, true)",
  );
  const { signal } = context;
  const input = createHumanInput({ page, behavior: { speed: "brisk" }, seed: "s", clock: systemClock, signal });
  return { page, input };
}

test.for(Object.entries(PAGES))("what is to be clicked comes into view on %s", async ([name, html], context) => {
  const { page, input } = await opened(html, context);
  const button = buttonOf(page, name);
  await input.click(button);
  expect(await page.evaluate("clicked")).toBe(1);
  expect(await inViewport(button, page)).toBe(true);
});

test("the wheel goes back up to what it has gone past", async (context) => {
  const { page, input } = await opened(PAGES["a long page"] ?? "", context);
  await page.evaluate("scrollTo(0, 1e6)");
  await input.scrollTo(page.locator("button"));
  expect(await inViewport(page.locator("button"), page)).toBe(true);
  expect(Number(await page.evaluate("wheels"))).toBeGreaterThan(3);
});

test("what is far away comes by the wheel, too, and by no jump", async (context) => {
  if (!session) return context.skip("there is no Chromium here: install one, or name it in BENTHAM_CHROMIUM");
  const { page } = playwrightSession(session);
  const paged = PageClock.withoutTimers(page);
  await page.setContent(`<!doctype html><body style="margin: 0"><div style="height: 20000px"></div>${BUTTON}`);
  await page.evaluate(
    "scrollTo(0, 0); window.turned = 0; addEventListener('wheel', ({ deltaY }) => { turned += deltaY; }, true)",
  );
  const { signal } = context;
  const input = createHumanInput({ page: paged.page, seed: "s", clock: paged, signal });
  await input.scrollTo(paged.target("button"));
  expect(await inViewport(page.locator("button"), page)).toBe(true);
  const [turned, scrolled] = await page.evaluate<[number, number]>("[turned, scrollY]");
  expect(scrolled).toBeGreaterThan(19_000);
  expect(turned).toBeGreaterThanOrEqual(scrolled);
});

test("nothing scrolls for what is in view", async (context) => {
  const { page, input } = await opened(`${BUTTON}${TALL}`, context);
  await input.scrollTo(page.locator("button"));
  expect(await page.evaluate("wheels")).toBe(0);
});

function buttonOf(page: Page, name: string): Locator {
  return name.includes("frame") ? page.frameLocator("iframe").locator("button") : page.locator("button");
}

async function inViewport(element: Locator, page: Page): Promise<boolean> {
  const [box, viewport] = [await element.boundingBox(), page.viewportSize()];
  if (!box || !viewport) return false;
  const isBeside = box.x < 0 || box.x + box.width > viewport.width;
  return box.y >= 0 && box.y + box.height <= viewport.height && !isBeside;
}
