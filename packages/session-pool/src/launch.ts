import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import process from "node:process";
import { BenthamError } from "@bentham/core";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import type { BrowserFolder } from "./browser-folder.ts";

/** Longest time a browser may take to come up, in milliseconds. */
const LAUNCH_PATIENCE = 30_000;

/**
 * Of two lists of features Chromium takes the last one, so that ours holds those that Playwright 1.65 disables, too. Beside
 * them, it must not tell Google of every form that it sees, least of all by a job's own proxy.
 */
const DISABLED_FEATURES: readonly string[] = [
  "AutofillServerCommunication",
  "AimEnabled",
  "AvoidCorsURLLoaderRestartOnRedirect",
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsFirstBalancedModeAutoEnable",
  "HttpsUpgrades",
  "LensOverlay",
  "MediaRouter",
  "NetworkTimeServiceQuerying",
  "OptimizationHints",
  "PaintHolding",
  "PreconnectToSearch",
  "TcpPortRandomizationWin",
  "ThirdPartyStoragePartitioning",
];

/**
 * Parts of Chromium's own window that nobody sees, and that each context would pay for: the list below its address bar is
 * two pages with processes of their own, 1 s of CPU and some 100 MB in version 156; and a spare process waits for a next site.
 */
const UNSEEN_FEATURES: readonly string[] = [
  "WebUIOmniboxPopup",
  "WebUIOmniboxAimPopup",
  "SpareRendererForSitePerProcess",
];

/** How Chromium is started, beside what Playwright passes by itself. */
const FLAGS: readonly string[] = [
  "--disable-gpu",
  "--disable-quic", // A proxy for HTTP does not see it.
  "--disable-background-networking",
  `--disable-features=${[...DISABLED_FEATURES, ...UNSEEN_FEATURES].join(",")}`,
  "--force-webrtc-ip-handling-policy=disable_non_proxied_udp", // Else a page could go round the proxy.
];

/**
 * The way out of a browser's own requests: there is none. Sessions have ways of their own. With background networking off,
 * Chromium 156 asks Google for accounts and updates still: by the machine's own name server, and from its own address.
 */
const NO_WAY_OUT = { server: "http://127.0.0.1:1" };

/** Of a session that names no way out: this machine's. */
const STRAIGHT_OUT = { ...NO_WAY_OUT, bypass: "*" };

/** What a browser is launched with. */
export interface LaunchOptions {
  /** Finds the program. @throws BenthamError BROWSER_LAUNCH_FAILED when there is none. */
  readonly executable: () => Promise<string>;
  /** Whether pages run in Chromium's sandbox. */
  readonly sandbox: boolean;
  /** SHA-256 (base64) of the public keys of authorities that are trusted beside the usual ones. */
  readonly trustedKeys: readonly string[];
  /** A profile that is there before and after, and the context that it is opened with. @default one that goes with the browser */
  readonly profile?: { readonly folder: string; readonly context: BrowserContextOptions } | undefined;
}

/** A browser that has come up. */
export interface LaunchedBrowser {
  readonly browser: Browser;
  /** Its process, which leads a process group of its own. @default it is somebody else's */
  readonly pid?: number;
  /** The way out of a context that names none. @default the browser's own */
  readonly straightOut?: BrowserContextOptions["proxy"];
  readonly userAgent: string;
  /** The context and the page of the profile that it was started with, where that is there before and after. */
  readonly own?: { readonly context: BrowserContext; readonly page: Page };
}

/**
 * Starts Chromium with its files in `folder`, an environment that holds nothing of ours, and none of Playwright's signal
 * handlers: who started it ends it. It ends by itself when this process does, since its pipe to us is closed then.
 *
 * @throws BenthamError BROWSER_LAUNCH_FAILED.
 */
export async function launch(options: LaunchOptions, folder: BrowserFolder): Promise<LaunchedBrowser> {
  const { sandbox, trustedKeys, profile } = options;
  const executable = await options.executable();
  const profileFolder = profile?.folder ?? folder.profile;
  try {
    const { chromium } = await import("playwright-core"); // It takes a fifth of a second to load.
    await mkdir(folder.artifacts, { recursive: true, mode: 0o700 });
    // A persistent context is asked for since only so the profile's place can be said; but for those of a profile that stays,
    // sessions are contexts beside it.
    const own = await chromium.launchPersistentContext(profileFolder, {
      ...(profile ? profile.context : { proxy: NO_WAY_OUT }),
      executablePath: executable,
      headless: true,
      chromiumSandbox: sandbox,
      artifactsDir: folder.artifacts,
      handleSIGHUP: false,
      handleSIGINT: false,
      handleSIGTERM: false,
      timeout: LAUNCH_PATIENCE,
      args: trustedKeys.length === 0 ? [...FLAGS] : [...FLAGS, trustFlag(trustedKeys)],
      env: {
        PATH: process.env["PATH"] ?? "",
        LANG: "C.UTF-8",
        HOME: dirname(profileFolder),
        TMPDIR: folder.temporary,
      },
    });
    const browser = own.browser();
    if (!browser) throw new Error("Playwright gives no browser");
    const [page] = own.pages();
    const userAgent = String(await page?.evaluate("navigator.userAgent"));
    const cdp = await browser.newBrowserCDPSession();
    const { processInfo } = await cdp.send("SystemInfo.getProcessInfo");
    await Promise.all([cdp.detach(), profile ? undefined : page?.close()]);
    const pid = processInfo.find(({ type }) => type === "browser")?.id;
    if (pid === undefined) throw new Error("the browser does not tell its process");
    return {
      browser,
      pid,
      userAgent,
      straightOut: STRAIGHT_OUT,
      ...(profile && page ? { own: { context: own, page } } : {}),
    };
  } catch (error) {
    throw new BenthamError("BROWSER_LAUNCH_FAILED", launchMessage(executable, error), { cause: error });
  }
}

function trustFlag(keys: readonly string[]): string {
  return `--ignore-certificate-errors-spki-list=${keys.join(",")}`;
}

/** Playwright's message goes on for pages; its first line, and what Chromium said, are what helps. */
function launchMessage(executable: string, error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const said = text.split("\n").filter((line) => /ERROR|FATAL|error while loading/.test(line));
  const [first = ""] = text.split("\n");
  const reason = [first, ...said.slice(0, 2)].map((line) => line.trim()).join("; ");
  return `${executable} could not be started: ${reason}`;
}
