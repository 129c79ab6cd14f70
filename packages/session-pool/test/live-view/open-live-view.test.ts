import type { SessionLease } from "@bentham/core";
import { BenthamError } from "@bentham/core";
import { type PlaywrightSession, playwrightSession } from "@bentham/core/playwright";
import { type LiveView, type LiveViewOptions, openLiveView } from "@bentham/session-pool";
import { openBrowser, scriptedPerson, SimulatedClock, startChatServer } from "@bentham/testbed";
import { expect, test } from "vitest";
import { openSession, withPool, withSite } from "../support/session-pool.ts";

const texts = { title: "a challenge <b>", facts: ["asked from direct"], done: "Done", blocked: "Mark blocked" };

/** A page of a session, and a view of it that ends with "saved". */
async function withView(
  url: string,
  use: (shown: PlaywrightSession & { readonly lease: SessionLease }, view: LiveView) => Promise<void>,
  options: Partial<LiveViewOptions> = {},
): Promise<void> {
  await withPool(async (pool) => {
    const session = await openSession(pool);
    await session.page.goto(url);
    await using view = await openLiveView({ session: session.lease, texts, finish: async () => "saved", ...options });
    await use(session, view);
  });
}

test.each(["cookie", "indexedDB"] as const)("a person passes a challenge in it, which the %s keeps", async (keptIn) => {
  await using chat = await startChatServer({ challenge: { keptIn } });
  const choices: string[] = [];
  const finish = async (choice: string): Promise<string> => {
    choices.push(choice);
    return "saved, 3 cells are asked again";
  };
  await withView(
    chat.url,
    async ({ page, context }, view) => {
      expect(await scriptedPerson(view.url)).toBe("saved, 3 cells are asked again");
      expect(await view.ended).toBe("done");
      expect(choices).toEqual(["done"]);
      expect(chat.checks).toEqual({ shown: 1, passed: 1 });
      await page.getByTestId("composer").waitFor();
      await page.goto(chat.url);
      await page.getByTestId("composer").waitFor();
      const state = JSON.stringify(await context.storageState({ indexedDB: true }));
      expect(state.includes('"name":"challenge"')).toBe(keptIn === "indexedDB");
    },
    { finish },
  );
});

test("keys, text and the wheel reach the page as those of a person do", async () => {
  const site = `<body style="margin:0"><input id=a style="position:fixed;left:10px;top:10px;width:300px;height:40px">
<div style="height:9000px"></div><script>addEventListener("keydown", (e) => { window.trusted = e.isTrusted; });</script>`;
  await withSite(site, async (url) => {
    await withView(url, async ({ page: shown }, view) => {
      await using session = await openBrowser();
      const { page } = playwrightSession(session);
      await page.goto(view.url);
      const picture = page.locator("#picture");
      await picture.click({ position: { x: 50, y: 30 } });
      await page.keyboard.type("Hello wörld?");
      await page.keyboard.press("Backspace");
      await page.keyboard.press("Control+A");
      await page.keyboard.type("new");
      await page.locator("#text").fill("日本 👍🏽");
      await page.locator("#put").click();
      await shown.waitForFunction("document.querySelector('#a').value === 'new日本 👍🏽'");
      expect(await shown.evaluate("window.trusted")).toBe(true);
      await picture.hover({ position: { x: 600, y: 400 } });
      await page.mouse.wheel(0, 500);
      await shown.waitForFunction("scrollY >= 400");
      expect(await page.locator("h1").innerText()).toBe("a challenge <b>");
    });
  });
});

test("who gives it up says so", async () => {
  await withSite("a page", async (url) => {
    await withView(url, async (_, view) => {
      expect(await scriptedPerson(view.url, { choice: "blocked" })).toBe("saved");
      expect(await view.ended).toBe("blocked");
    });
  });
});

test("tells what could not be done, and lets the person try again", async () => {
  let tries = 0;
  const finish = async (): Promise<string> => {
    tries += 1;
    if (tries === 1) throw new BenthamError("DISK_FULL", "the disk is full");
    return "saved";
  };
  await withSite("a page", async (url) => {
    await withView(
      url,
      async (_, view) => {
        await using session = await openBrowser();
        const { page } = playwrightSession(session);
        await page.goto(view.url);
        await page.locator("#done").click();
        await page.getByText("the disk is full").waitFor();
        await page.locator("#done").click();
        await page.getByText("saved").waitFor();
        expect(await view.ended).toBe("done");
      },
      { finish },
    );
  });
});

test("closes when nobody does anything for a while", async () => {
  const clock = new SimulatedClock();
  await withSite("a page", async (url) => {
    await withView(
      url,
      async (_, view) => {
        await clock.advance(1_001);
        expect(await view.ended).toBe("idle");
        await view[Symbol.asyncDispose]();
        await expect(fetch(view.url)).rejects.toThrow("fetch failed");
      },
      { clock, idle: 1_000 },
    );
  });
});

test("is over when the page's process dies", async () => {
  await withSite("a page", async (url) => {
    await withView(url, async ({ page }, view) => {
      void Promise.allSettled([page.goto("chrome://crash")]);
      expect(await view.ended).toBe("lost");
    });
  });
});
