import { type HumanBehaviorOptions, systemClock } from "@bentham/core";
import { playwrightSession } from "@bentham/core/playwright";
import { openBrowser } from "@bentham/testbed";
import { afterAll, expect, type TestContext, test } from "vitest";
import { createHumanInput } from "../src/index.ts";
import { PageClock } from "./support/page-clock.ts";

const session = await openBrowser().catch((error: unknown) => {
  if (error instanceof Error && error.message.includes("there is no chromium")) return undefined;
  throw error;
});
afterAll(() => session?.release());

/** The fastest typist there is, who makes no mistake. */
const HASTY: HumanBehaviorOptions = { speed: "brisk", typing: { minWPM: 250, maxWPM: 300, mistakeRate: 0 } };

/** Pages that an attempt of a test opens. */
const SITE = "http://write.test/";

function answerOf(body: string) {
  return { contentType: "text/html", body: `<!doctype html><meta charset="utf-8">${body}` };
}

async function opened(html: string, context: TestContext, next = "") {
  if (!session) return context.skip("there is no Chromium here: install one, or name it in BENTHAM_CHROMIUM");
  const { page } = playwrightSession(session);
  await page.route(`${SITE}**`, (route) => route.fulfill(answerOf(route.request().url() === SITE ? html : next)));
  context.onTestFinished(() => page.unrouteAll({ behavior: "ignoreErrors" }));
  await page.goto(SITE);
  const { signal } = context;
  const input = createHumanInput({ page, behavior: HASTY, seed: "s", clock: systemClock, signal });
  return { page, input, editor: page.locator("#editor") };
}

const HEAR = `<script>
  heard = [];
  for (const type of ["keydown", "mousedown", "submit"]) addEventListener(type, () => heard.push(type), true);
</script>`;

test.for([
  ["a line break in a field of one line", `<form><input id="editor"></form>`, "one\ntwo", "is a field of one line"],
  ["more than its maxlength", `<textarea id="editor" maxlength="5"></textarea>`, "longer", "takes 5 characters"],
  ["what is disabled", `<textarea id="editor" disabled></textarea>`, "text", "is disabled"],
  ["what is to be read only", `<input id="editor" readonly>`, "text", "is to be read only"],
  ["half a surrogate pair", `<textarea id="editor"></textarea>`, "a\ud83d", "half a surrogate pair"],
] as const)("nothing is pressed for %s", async ([, html, text, why], context) => {
  const { page, editor } = await opened(`${html}${HEAR}`, context);
  const clock = PageClock.withoutTimers(page);
  const { signal } = context;
  const input = createHumanInput({ page: clock.page, behavior: HASTY, seed: "s", clock, signal });
  await expect(input.write(clock.target(editor), text)).rejects.toMatchObject({
    code: /disabled|read only/.test(why) ? "UI_OBSTRUCTED" : "INVALID_REQUEST",
    message: expect.stringMatching(new RegExp(`${why}.*nothing was typed`)),
  });
  expect(await page.evaluate("heard")).toEqual([]);
});

const ON_INPUT = (script: string): string => `<script>editor.addEventListener("input", () => { ${script} });</script>`;

test.for([
  ["turns it into capitals", ON_INPUT("editor.value = editor.value.toUpperCase()"), "another case"],
  ["cuts it off", ON_INPUT("editor.value = editor.value.slice(0, 4)"), "only its first 4 of 10 characters"],
  ["takes it away", ON_INPUT("editor.value = ''"), "nothing stands there"],
  ["puts something else there", ON_INPUT("editor.value = 'The matter'"), "from character 5 on they are others"],
  ["takes spaces away", ON_INPUT("editor.value = editor.value.replaceAll(' ', '')"), "spaces or line breaks"],
] as const)("an editor that %s is told of, with what is different", async ([, script, how], context) => {
  const { input, editor } = await opened(`<textarea id="editor"></textarea>${script}`, context);
  const error: unknown = await input.write(editor, "The secret").catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "SURFACE_CHANGED", message: expect.stringContaining(how) });
  expect(String(error)).toContain("#editor");
  expect(String(error)).not.toMatch(/secret|nothing was sent/);
});

const THIEF = `<textarea id="thief">keep me</textarea>`;

test("a focus that goes elsewhere in the middle is taken back, and nothing else is emptied", async (context) => {
  const steal = ON_INPUT("if (!window.stolen && editor.value.length > 5) { stolen = true; thief.focus(); }");
  const { page, input, editor } = await opened(`<textarea id="editor"></textarea>${THIEF}${steal}`, context);
  const text = "a question that is long enough";
  expect(await input.write(editor, text)).toBe("mended");
  expect(await editor.inputValue()).toBe(text);
  const stolen = await page.locator("#thief").inputValue();
  expect(stolen).toContain("keep me");
  expect(stolen.length).toBeLessThan("keep me".length + 9);
});

test("nothing is typed where the focus does not come", async (context) => {
  const steal = `<script>editor.addEventListener("focus", () => thief.focus());</script>`;
  const { page, input, editor } = await opened(`<textarea id="editor"></textarea>${THIEF}${steal}`, context);
  await expect(input.write(editor, "text")).rejects.toMatchObject({
    code: "UI_OBSTRUCTED",
    message: expect.stringMatching(/#editor.* does not have the focus/),
  });
  expect(await page.locator("#thief").inputValue()).toBe("keep me");
});

test.for([
  ["disabled", `<textarea id="editor" disabled></textarea>`, "disabled = false"],
  ["to be read only", `<input id="editor" readonly>`, "readOnly = false"],
  [
    "not to be edited",
    `<div id="editor" contenteditable="false" style="height: 60px"></div>`,
    "contentEditable = 'true'",
  ],
] as const)("an editor that is %s for a while is waited for", async ([, html, then], context) => {
  const late = `<script>setTimeout(() => { editor.${then}; }, 1500);</script>`;
  const { input, editor } = await opened(`${html}${late}`, context);
  expect(await input.write(editor, "text")).toBe("typed");
});

test("an editor that takes no text for a while in the middle is waited for, and mended", async (context) => {
  const save = ON_INPUT(`if (!window.saved && editor.value.length > 5) {
    saved = editor.disabled = true; setTimeout(() => { editor.disabled = false; }, 3000);
  }`);
  const { input, editor } = await opened(`<textarea id="editor"></textarea>${save}`, context);
  expect(await input.write(editor, "a question")).toBe("mended");
  expect(await editor.inputValue()).toBe("a question");
});

test.for([
  ["a field for files", `<input type="file" hidden><textarea></textarea>`],
  ["something fixed", `<b contenteditable="false">To:</b> <div contenteditable="true" style="height: 40px"></div>`],
])("the editor beside %s is the one that is written in", async ([, inner], context) => {
  const { input, editor } = await opened(`<div id="editor">${inner}</div>`, context);
  const place = editor.locator("textarea, div");
  await place.evaluate((element: { style: { cssText: string } }) => {
    element.style.cssText = "width: 400px; height: 60px";
  });
  expect(await input.write(editor, "one\ntwo")).toBe("typed");
});

test("a focus that comes a moment after the click is waited for", async (context) => {
  const late = `<div id="editor"><textarea id="within"></textarea></div><script>
    within.addEventListener("mousedown", (event) => event.preventDefault());
    editor.addEventListener("mouseup", () => setTimeout(() => within.focus(), 500));
  </script>`;
  const { page, input, editor } = await opened(late, context);
  expect(await input.write(editor, "text")).toBe("typed");
  expect(await page.locator("#within").inputValue()).toBe("text");
});

test("a click that gives no focus, as on the corner that an area is pulled by, is made anew in the middle", async (context) => {
  const corner = `<textarea id="editor" style="position: absolute; left: 100px; top: 100px; width: 300px; height: 90px">
    </textarea><script>
    pressed = [];
    editor.value = "";
    editor.addEventListener("mousedown", (event) => {
      pressed.push([event.offsetX, event.offsetY]);
      const isInMiddle = Math.abs(event.offsetX - 150) <= 51 && Math.abs(event.offsetY - 45) <= 16;
      if (pressed.length === 1 || !isInMiddle) event.preventDefault();
    });
  </script>`;
  const { page, input, editor } = await opened(corner, context);
  expect(await input.write(editor, "text")).toBe("typed");
  expect(await page.evaluate("pressed")).toHaveLength(2);
});

test("nothing is typed on when another page comes, though it has the same editor", async (context) => {
  const editor = `<textarea id="editor" autofocus></textarea>`;
  const { page, input } = await opened(
    `${editor}${ON_INPUT("if (editor.value.length === 6) location = '/next'")}`,
    context,
    editor,
  );
  const writing = input.write(page.locator("#editor"), "a question that goes on and on for many words more");
  await expect(writing).rejects.toMatchObject({
    code: "UI_OBSTRUCTED",
    message: expect.stringContaining("the page went elsewhere"),
  });
  expect(page.url()).toBe(`${SITE}next`);
  // The keys from one look to the next at most, where the page's word comes late.
  expect((await page.locator("#editor").inputValue()).length).toBeLessThanOrEqual(8);
});

test("a page that only writes its address anew is typed on", async (context) => {
  const push = ON_INPUT("history.pushState(null, '', '?' + editor.value.length)");
  const { input, editor } = await opened(`<textarea id="editor"></textarea>${push}`, context);
  expect(await input.write(editor, "a question")).toBe("typed");
});

test.for(["text\n", "\n\ntext\n\n"])(
  "%j is read back from a field and from an editable element",
  async (text, context) => {
    for (const html of [`<textarea id="editor"></textarea>`, `<div id="editor" contenteditable>`]) {
      for (const style of ["", "<style>#editor { white-space: pre-wrap; height: 90px }</style>"]) {
        const { input, editor } = await opened(`${html}${style}`, context);
        expect([html, style, await input.write(editor, text)]).toEqual([html, style, "typed"]);
      }
    }
  },
);

test("a second thing at once is refused", async (context) => {
  const { input, editor } = await opened(`<textarea id="editor"></textarea>`, context);
  const writing = input.write(editor, "text");
  await expect(input.press("Enter")).rejects.toMatchObject({
    code: "INTERNAL",
    message: "press was called while write is at work on the page: await it first",
  });
  expect(await writing).toBe("typed");
});
