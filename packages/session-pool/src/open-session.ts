import { BenthamError, type Clock, withinTime } from "@bentham/core";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { isInHand } from "./live-view/in-hand.ts";
import type { StorageState } from "./starting-state.ts";

/** How long a context with a page may take to come up, in milliseconds: a loaded machine takes 1 or 2 s. */
const OPEN_PATIENCE = 15_000;

/**
 * How long a context may take to close, in milliseconds. It takes some tens, with a page that hangs, too; what never closes
 * must be gone, with its browser, within ten seconds.
 */
const CLOSE_PATIENCE = 9_000;

/** How long a page may take to close, or a new one to come up and answer, in milliseconds. */
const PAGE_PATIENCE = 5_000;

/** How long it may take to collect what a context has, in milliseconds. */
const COLLECT_PATIENCE = 5_000;

/**
 * A context with its one page, on which a hostile site can do little: nothing is downloaded, no dialog holds the page up, no
 * second page stays open, and no worker outlives it. While a person has it before them, pages and dialogs are theirs to see to.
 */
export class OpenSession {
  readonly context: BrowserContext;
  readonly #clock: Clock;
  #page: Page;
  #isOpening = false;
  #hasCrashed = false;

  private constructor(context: BrowserContext, page: Page, clock: Clock) {
    this.context = context;
    this.#clock = clock;
    this.#page = this.#watch(page);
    context.on("page", (other) => {
      if (!this.#isOpening && !isInHand(context)) void Promise.allSettled([other.close()]);
    });
  }

  /** @throws BenthamError BROWSER_CRASHED when it does not come up, or not in time. */
  static async open(browser: Browser, options: BrowserContextOptions, clock: Clock): Promise<OpenSession> {
    const { context, page } = await withinTime(openPage(browser, options), clock, OPEN_PATIENCE, () => {
      throw new BenthamError("BROWSER_CRASHED", `the browser opened no page within ${OPEN_PATIENCE} ms`);
    });
    return new OpenSession(context, page, clock);
  }

  /** Puts `state` in the place of all that a context has. @throws BenthamError BROWSER_CRASHED when it does not take it. */
  static async restore(context: BrowserContext, state: StorageState, clock: Clock): Promise<void> {
    try {
      await withinTime(context.setStorageState(state), clock, OPEN_PATIENCE, () => {
        throw new BenthamError("TIMEOUT", `what was saved was not restored within ${OPEN_PATIENCE} ms`);
      });
    } catch (error) {
      throw new BenthamError("BROWSER_CRASHED", "the browser did not take what was saved of its account", {
        cause: error,
      });
    }
  }

  /** A context that has come up with its browser, and its page. */
  static of(context: BrowserContext, page: Page, clock: Clock): OpenSession {
    return new OpenSession(context, page, clock);
  }

  get page(): Page {
    return this.#page;
  }

  /** Whether the page's process has died. */
  get hasCrashed(): boolean {
    return this.#hasCrashed;
  }

  /** What it has: cookies, and what pages keep. Playwright's own time limit does not hold for a page that hangs. */
  async state(): Promise<StorageState> {
    return withinTime(this.context.storageState({ indexedDB: true }), this.#clock, COLLECT_PATIENCE, () => {
      throw new BenthamError("TIMEOUT", `what a session has was not collected within ${COLLECT_PATIENCE} ms`);
    });
  }

  /** Closes its page, and keeps the rest: some megabytes. @throws BenthamError TIMEOUT when it does not close. */
  async park(): Promise<void> {
    await withinTime(this.#page.close(), this.#clock, PAGE_PATIENCE, () => {
      throw new BenthamError("TIMEOUT", `a page did not close within ${PAGE_PATIENCE} ms`);
    });
  }

  /** Gives it another page, and looks whether that answers. @throws when it does not. */
  async resume(): Promise<void> {
    this.#isOpening = true;
    const opening = async (): Promise<void> => {
      const page = await this.context.newPage();
      await page.evaluate("1 + 1");
      this.#hasCrashed = false;
      this.#page = this.#watch(page);
    };
    try {
      await withinTime(opening(), this.#clock, PAGE_PATIENCE, () => {
        throw new BenthamError("TIMEOUT", `a kept session gave no page within ${PAGE_PATIENCE} ms`);
      });
    } finally {
      this.#isOpening = false;
    }
  }

  /** @throws BenthamError TIMEOUT when it does not close: then its browser is not to be trusted any more. */
  async close(): Promise<void> {
    // Not the page first: one that hangs since its document began to load never closes by itself.
    await withinTime(this.context.close(), this.#clock, CLOSE_PATIENCE, () => {
      throw new BenthamError("TIMEOUT", `a browser context did not close within ${CLOSE_PATIENCE} ms`);
    });
  }

  #watch(page: Page): Page {
    page.on("crash", () => {
      this.#hasCrashed = true;
    });
    page.on("dialog", (dialog) => {
      if (!isInHand(this.context)) void Promise.allSettled([dialog.dismiss()]);
    });
    return page;
  }
}

async function openPage(
  browser: Browser,
  options: BrowserContextOptions,
): Promise<{ context: BrowserContext; page: Page }> {
  try {
    const context = await browser.newContext({ ...HARMLESS, ...options });
    return { context, page: await context.newPage() };
  } catch (error) {
    throw new BenthamError("BROWSER_CRASHED", "the browser opened no page", { cause: error });
  }
}

/** What no page may do. */
export const HARMLESS = { acceptDownloads: false, serviceWorkers: "block" } as const;
