import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { type Lease, leaseOf, type SessionLease } from "@bentham/core";
import { type BrowserContextOptions, chromium } from "playwright-core";

/**
 * Of two such lists Chromium takes the last one. The first three are Playwright's; the others spare each context the pages
 * of the list below the address bar, a second of CPU, and a process for a next site.
 */
const DISABLED_FEATURES =
  "HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,PaintHolding,WebUIOmniboxPopup,WebUIOmniboxAimPopup,SpareRendererForSitePerProcess";

/** A browser of a test's own, with one page; giving it back ends it. */
export async function openBrowser(options: BrowserContextOptions = {}): Promise<SessionLease & Lease> {
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    chromiumSandbox: process.getuid?.() !== 0,
    args: [`--disable-features=${DISABLED_FEATURES}`],
  });
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const facts = { browser: "chromium", version: browser.version() };
  return leaseOf("session-1", { context, page, facts }, () => browser.close());
}

/** The Chromium that the bootstrap has found, or the one on the path. */
function chromiumPath(): string {
  const named = process.env["BENTHAM_CHROMIUM"] ?? "";
  if (named !== "") return named;
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const found = folders.map((folder) => join(folder, "chromium")).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error("there is no chromium on the path: install it, or name one in BENTHAM_CHROMIUM");
}
