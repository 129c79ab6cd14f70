import { playwrightSession } from "@bentham/core/playwright";
import { type LiveView, openLiveView } from "@bentham/session-pool";
import { openBrowser } from "@bentham/testbed";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { openSession, withPool, withSite } from "../support/session-pool.ts";

const texts = { title: "a sign-in", facts: [], done: "Done" };

/** The parts of a site by their paths; anything else is its front page. */
type Site = Readonly<Record<string, string>>;

/** What is before the person, and what is behind it. */
interface Desk {
  /** The page in the study's browser. */
  readonly shown: Page;
  /** The view, as the person has it. */
  readonly view: Page;
  readonly live: LiveView;
}

/** A session on a site, and a person's browser with a view of it. */
async function withDesk(site: Site, use: (desk: Desk) => Promise<void>): Promise<void> {
  await withSite(
    ({ url = "/" }, response) => response.writeHead(200, { "content-type": "text/html" }).end(site[url] ?? site["/"]),
    async (url) => {
      await withPool(async (pool) => {
        const { page: shown, lease } = await openSession(pool);
        await shown.goto(url);
        await using live = await openLiveView({ session: lease, texts, finish: async () => "saved" });
        await using browser = await openBrowser();
        const { page: view } = playwrightSession(browser);
        view.setDefaultTimeout(20_000);
        await view.goto(live.url);
        await view.locator("#picture[src]").waitFor();
        await use({ shown, view, live });
      });
    },
  );
}

const BUTTON = "position:fixed;left:0;top:0;width:200px;height:100px";

/** Opens a window by a click, as a button to sign in with somebody else does; what that says to it ends up in its title. */
const FRONT = `<title>front</title><body style="margin:0"><button style="${BUTTON}"
  onclick="window.open('/provider', 'provider', 'width=500,height=400')">sign in</button>
<button style="${BUTTON};left:300px" onclick="document.title = String(confirm('is it you?'))">ask</button>
<script>onmessage = ({ data }) => { document.title = data; };</script>`;

const PROVIDER = `<body style="margin:0"><input id=name style="position:fixed;left:0;top:200px;width:200px;height:50px">
<button style="${BUTTON}" onclick="opener.postMessage('signed in as ' + document.querySelector('#name').value, '*'); window.close();">yes</button>`;

const SIGN_IN: Site = { "/": FRONT, "/provider": PROVIDER };

/** Clicks at a place of the picture. */
async function clickAt(view: Page, x: number, y: number): Promise<void> {
  await view.locator("#picture").click({ position: { x, y } });
}

/** Waits until the view shows a window of this width. */
async function untilShown(view: Page, width: number): Promise<void> {
  await view.locator(`#picture[width="${width}"]`).waitFor();
}

async function signInByWindow({ shown, view }: Desk, name: string): Promise<void> {
  await clickAt(view, 50, 50);
  await untilShown(view, 500);
  expect(await view.locator("#windows button").count()).toBe(3);
  await clickAt(view, 50, 225);
  await view.keyboard.type(name);
  await clickAt(view, 50, 50);
  await shown.waitForFunction(`document.title === "signed in as ${name}"`);
  await untilShown(view, 1280);
  await view.locator("#windows").waitFor({ state: "hidden" });
}

test("a person signs in by a window that the page opens, twice, and answers its dialog after that", async () => {
  await withDesk(SIGN_IN, async (desk) => {
    const { shown, view, live } = desk;
    await signInByWindow(desk, "anna");
    await signInByWindow(desk, "bert");
    const answered = shown.evaluate("prompt('which <b>account</b>?', 'anna')");
    await view.locator("#dialog").waitFor();
    expect(await view.locator("#message").innerText()).toBe("which <b>account</b>?");
    expect(await view.locator("#answer").inputValue()).toBe("anna");
    await view.locator("#answer").fill("bert");
    await view.locator("#accept").click();
    expect(await answered).toBe("bert");
    await view.locator("#dialog").waitFor({ state: "hidden" });
    await clickAt(view, 350, 50);
    await view.locator("#message", { hasText: "is it you?" }).waitFor();
    await view.locator("#accept").click();
    await shown.waitForFunction("document.title === 'true'");
    // The page takes clicks as before.
    await signInByWindow(desk, "carl");
    await view.locator("#done").click();
    expect(await live.ended).toBe("done");
  });
});

test("a person takes any of the windows, and closes one that does not close by itself", async () => {
  await withDesk(SIGN_IN, async ({ shown, view }) => {
    await clickAt(view, 50, 50);
    await untilShown(view, 500);
    await view.getByText(/^1: 127\.0\.0\.1/).click();
    await untilShown(view, 1280);
    await view.getByText(/^2: 127\.0\.0\.1/).click();
    await untilShown(view, 500);
    await view.getByText("Close this window").click();
    await untilShown(view, 1280);
    expect(shown.context().pages()).toHaveLength(1);
  });
});

test("dialogs of every kind are answered as the person says, one after the other, wherever they come from", async () => {
  const asks = `<body style="margin:0"><button style="${BUTTON}" onclick="alert('one'); document.title = String([confirm('two'), confirm('three'), prompt('four')]);">ask</button>`;
  const opens = `<body style="margin:0"><button style="${BUTTON}" onclick="window.open('/asks', '', 'width=500,height=400')">open</button>`;
  await withDesk({ "/": opens, "/asks": asks }, async ({ shown, view }) => {
    await clickAt(view, 50, 50);
    await untilShown(view, 500);
    await clickAt(view, 50, 50);
    const says = (text: string): Promise<void> => view.locator("#message", { hasText: text }).waitFor();
    await says("one");
    expect(await view.locator("#dismiss").isVisible()).toBe(false);
    await view.locator("#done").click();
    await view.getByText("answer it first").waitFor();
    await view.locator("#accept").click();
    await says("two");
    await view.locator("#accept").click();
    await says("three");
    await view.locator("#dismiss").click();
    await says("four");
    await view.locator("#dismiss").click();
    await view.locator("#dialog").waitFor({ state: "hidden" });
    const [, second] = shown.context().pages();
    expect(await second?.title()).toBe("true,false,");
  });
});

test("a page that opens windows without end gets a few, and is as a job has it when the view is over", async () => {
  await withDesk({ "/": "front", "/more": "more" }, async ({ shown, live }) => {
    await shown.evaluate("for (let n = 0; n < 20; n++) window.open('/more')");
    await expect.poll(() => shown.context().pages().length, { timeout: 20_000 }).toBe(6);
    await live[Symbol.asyncDispose]();
    expect(shown.context().pages()).toHaveLength(1);
    expect(await shown.evaluate("confirm('still there?')")).toBe(false);
    await shown.evaluate("void window.open('/more')");
    await expect.poll(() => shown.context().pages().length, { timeout: 20_000 }).toBe(1);
  });
});
