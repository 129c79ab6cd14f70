import { BenthamError } from "@bentham/core";
import type { LaunchedBrowser } from "./launch.ts";

/** Longest time that connecting may take, in milliseconds. */
const PATIENCE = 30_000;

/**
 * Checks the address of a browser that is running already. It gives whoever reaches it everything that the browser has, so it
 * must be on this machine.
 *
 * @throws BenthamError CONFIG_INVALID when it is elsewhere, or no address.
 */
export function checkEndpoint(endpoint: string): void {
  const url = URL.parse(endpoint);
  const isLoopback = url && /^(localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/.test(url.hostname);
  if (isLoopback && ["http:", "ws:"].includes(url.protocol)) return;
  throw new BenthamError(
    "CONFIG_INVALID",
    "browser.connect must be the address of a browser on this machine that was started with --remote-debugging-port, such " +
      "as http://127.0.0.1:9222",
  );
}

/**
 * Connects to a browser that somebody else has started, and who will end it.
 *
 * @throws BenthamError BROWSER_LAUNCH_FAILED.
 */
export async function connect(endpoint: string): Promise<LaunchedBrowser> {
  try {
    const { chromium } = await import("playwright-core"); // It takes a fifth of a second to load.
    const browser = await chromium.connectOverCDP(endpoint, { timeout: PATIENCE });
    const cdp = await browser.newBrowserCDPSession();
    const { userAgent } = await cdp.send("Browser.getVersion");
    await cdp.detach();
    return { browser, userAgent };
  } catch (error) {
    const [reason = ""] = String(error instanceof Error ? error.message : error).split("\n");
    throw new BenthamError("BROWSER_LAUNCH_FAILED", `no browser can be had at ${endpoint}: ${reason}`, {
      cause: error,
    });
  }
}
