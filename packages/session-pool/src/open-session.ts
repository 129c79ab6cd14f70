import { BenthamError, type Clock, withinTime } from "@bentham/core";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";

/** How long a context with a page may take to come up, in milliseconds: a loaded machine takes 1 or 2 s. */
const OPEN_PATIENCE = 15_000;

/**
 * How long a context may take to close, in milliseconds. It takes some tens, with a page that hangs, too; what never closes
 * must be gone, with its browser, within ten seconds.
 */
const CLOSE_PATIENCE = 9_000;

/** A context with its one page. */
export interface OpenSession {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Whether the page's process has died. */
  readonly hasCrashed: () => boolean;
  /** @throws BenthamError TIMEOUT when it does not close: then its browser is not to be trusted any more. */
  close(): Promise<void>;
}

/**
 * Opens a context with one page, on which a hostile site can do little: nothing is downloaded, no dialog holds the page
 * up, no second page stays open, and no worker outlives it.
 *
 * @throws BenthamError BROWSER_CRASHED when it does not come up, or not in time.
 */
export async function openSession(
  browser: Browser,
  options: BrowserContextOptions,
  clock: Clock,
): Promise<OpenSession> {
  const opening = openPage(browser, options);
  const { context, page } = await withinTime(opening, clock, OPEN_PATIENCE, () => {
    throw new BenthamError("BROWSER_CRASHED", `the browser opened no page within ${OPEN_PATIENCE} ms`);
  });
  let crashed = false;
  page.on("crash", () => {
    crashed = true;
  });
  page.on("dialog", (dialog) => void Promise.allSettled([dialog.dismiss()]));
  context.on("page", (other) => void Promise.allSettled([other.close()]));

  return {
    context,
    page,
    hasCrashed: () => crashed,
    async close() {
      // Not the page first: one that hangs since its document began to load never closes by itself.
      await withinTime(context.close(), clock, CLOSE_PATIENCE, () => {
        throw new BenthamError("TIMEOUT", `a browser context did not close within ${CLOSE_PATIENCE} ms`);
      });
    },
  };
}

async function openPage(
  browser: Browser,
  options: BrowserContextOptions,
): Promise<{ context: BrowserContext; page: Page }> {
  try {
    const context = await browser.newContext({ acceptDownloads: false, serviceWorkers: "block", ...options });
    return { context, page: await context.newPage() };
  } catch (error) {
    throw new BenthamError("BROWSER_CRASHED", "the browser opened no page", { cause: error });
  }
}
