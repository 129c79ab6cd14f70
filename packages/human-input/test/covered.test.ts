import { systemClock } from "@bentham/core";
import { playwrightSession } from "@bentham/core/playwright";
import { openBrowser } from "@bentham/testbed";
import { afterAll, expect, type TestContext, test } from "vitest";
import { createHumanInput } from "../src/index.ts";

const session = await openBrowser().catch((error: unknown) => {
  if (error instanceof Error && error.message.includes("there is no chromium")) return undefined;
  throw error;
});
afterAll(() => session?.release());

const TALL = "<div style='height: 1500px'></div>";
const PLACE = "position: absolute; left: 300px; top: 200px; width: 200px; height: 100px";
const BUTTON = `<button id="wanted" style="${PLACE}">Here</button>`;
const HEAR = `addEventListener("mousedown", ({ target }) => top.pressed.push(target.id || target.localName), true);`;
const framed = (html: string): string =>
  `<iframe id="frame" style="border: 7px solid; padding: 9px; width: 700px; height: 400px" srcdoc="${`<body style='margin: 0'>${html}<script>${HEAR}</script>`.replaceAll('"', "&quot;")}"></iframe>`;

async function opened(html: string, context: TestContext, speed: "brisk" | "off" = "brisk") {
  if (!session) return context.skip("there is no Chromium here: install one, or name it in BENTHAM_CHROMIUM");
  const { page } = playwrightSession(session);
  await page.setContent(`<!doctype html><body style="margin: 0"><script>pressed = []; ${HEAR}</script>${html}`);
  const { signal } = context;
  const input = createHumanInput({ page, behavior: { speed }, seed: "s", clock: systemClock, signal });
  return { page, input, pressed: () => page.evaluate<string[]>("pressed") };
}

const OVERLAY = `<div id="cookies" class="wall" style="position: fixed; inset: 0; z-index: 9"></div>`;

test.for(["brisk", "off"] as const)("what covers an element is named, and not pressed (%s)", async (speed, context) => {
  const { page, input, pressed } = await opened(`${BUTTON}${OVERLAY}`, context, speed);
  await expect(input.click(page.locator("#wanted"))).rejects.toMatchObject({
    code: "UI_OBSTRUCTED",
    message: expect.stringMatching(/#wanted.* is covered by div#cookies\.wall/),
  });
  expect(await pressed()).toEqual([]);
});

test("what covers an element for a moment is waited for", async (context) => {
  const { page, input, pressed } = await opened(`${BUTTON}${OVERLAY}`, context);
  await page.evaluate("addEventListener('mousemove', () => setTimeout(() => cookies.remove(), 300), { once: true })");
  await input.click(page.locator("#wanted"));
  expect(await pressed()).toEqual(["wanted"]);
});

test("an element is pressed where it is free", async (context) => {
  const over = `<div id="over" style="position: absolute; left: 330px; top: 190px; width: 400px; height: 400px"></div>`;
  for (const speed of ["brisk", "off"] as const) {
    const { page, input, pressed } = await opened(`${BUTTON}${over}`, context, speed);
    await input.click(page.locator("#wanted"));
    expect(await pressed()).toEqual(["wanted"]);
  }
});

test.for(["brisk", "off"] as const)("an element is got away from under a header (%s)", async (speed, context) => {
  const header = `<div id="header" style="position: sticky; top: 0; height: 120px; background: #ddd"></div>`;
  const button = `<button id="wanted" style="display: block; height: 40px">Here</button>`;
  const { page, input, pressed } = await opened(`${header}${TALL}${button}${TALL}`, context, speed);
  await page.evaluate("scrollTo(0, wanted.offsetTop - 40)");
  await input.click(page.locator("#wanted"));
  expect(await pressed()).toEqual(["wanted"]);
});

test.for([
  ["in a frame", framed(BUTTON), "wanted"],
  [
    "with something in it",
    BUTTON.replace("Here", `<b id="inner" style="display: block; height: 100%">Here</b>`),
    "inner",
  ],
  [
    "that lets the pointer through to its button",
    `<button id="outer" style="${PLACE}"><b id="wanted" style="pointer-events: none">Here</b></button>`,
    "outer",
  ],
  [
    "under its label",
    `<input id="wanted" style="${PLACE}"><label id="label" for="wanted" style="${PLACE}">Name</label>`,
    "label",
  ],
] as const)("an element %s counts as free", async ([name, html, hit], context) => {
  const { page, input, pressed } = await opened(html, context);
  await input.click((name === "in a frame" ? page.frameLocator("iframe") : page).locator("#wanted"));
  expect(await pressed()).toEqual([hit]);
});

test("an element of a shadow root counts as free, and what lies over it there is named", async (context) => {
  const { page, input, pressed } = await opened(`<div id="host"></div>`, context);
  await page.evaluate(`host.attachShadow({ mode: "open" }).innerHTML = ${JSON.stringify(BUTTON)}`);
  await input.click(page.locator("#wanted"));
  expect(await pressed()).toEqual(["host"]);
  await page.evaluate(`host.shadowRoot.innerHTML += ${JSON.stringify(OVERLAY)}`);
  await expect(input.click(page.locator("#wanted"))).rejects.toThrow("is covered by div#cookies.wall");
});

test("what lies over a frame covers what is in it", async (context) => {
  const { page, input, pressed } = await opened(`${framed(BUTTON)}${OVERLAY}`, context);
  const button = page.frameLocator("iframe").locator("#wanted");
  await expect(input.click(button)).rejects.toThrow("is covered by div#cookies.wall");
  expect(await pressed()).toEqual([]);
});

test("what covers an element is not hovered in its place", async (context) => {
  const { page, input } = await opened(`${BUTTON}${OVERLAY}`, context);
  await expect(input.hover(page.locator("#wanted"))).rejects.toThrow("is covered by div#cookies.wall");
});
