import { BenthamError, type Clock, withinTime } from "@bentham/core";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";

/** How long a context with a page may take to come up, in milliseconds: a loaded machine takes 1 or 2 s. */
const OPEN_PATIENCE = 15_000;

/**
 * How long a page, and then its context, may take to close, in milliseconds. A hung page takes half a second, and several
 * on a loaded machine; one that never does must be gone, with its browser, within ten.
 */
const PAGE_PATIENCE = 6_000;
const CONTEXT_PATIENCE = 3_000;

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

  const closeInTime = (what: string, closing: Promise<void>, patience: number): Promise<void> =>
    withinTime(closing, clock, patience, () => {
      throw new BenthamError("TIMEOUT", `${what} did not close within ${patience} ms`);
    });
  return {
    context,
    page,
    hasCrashed: () => crashed,
    async close() {
      await closeInTime("a page", page.close(), PAGE_PATIENCE);
      await closeInTime("a browser context", context.close(), CONTEXT_PATIENCE);
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
