import { BenthamError, type Clock, startTimer, withinTime } from "@bentham/core";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { type BrowserFolder, makeBrowserFolder } from "./browser-folder.ts";
import { killGroup } from "./kill-group.ts";
import { launch, type LaunchedBrowser, type LaunchOptions } from "./launch.ts";
import { OpenSession } from "./open-session.ts";

/** How long a browser may take to close by itself, in milliseconds. */
const CLOSE_PATIENCE = 3_000;

/** How long after its pages a dying browser may take to be gone, in milliseconds. */
const DEATH_PATIENCE = 1_000;

/** Sessions that one browser opens before another takes its place: a bound on what a long run could pile up. */
const MOST_SESSIONS_EVER = 200;

/** What a host is started with. */
export interface BrowserHostOptions extends LaunchOptions {
  /** Where browsers keep their files. */
  readonly folder: string;
  readonly clock: Clock;
}

/** One Chromium process and the sessions in it. It ends when it is closed, condemned, or dies. */
export class BrowserHost {
  readonly #browser: Browser;
  readonly #launched: LaunchedBrowser;
  readonly #folder: BrowserFolder;
  readonly #options: BrowserHostOptions;
  readonly #gone = Promise.withResolvers<void>();
  #opened = 0;
  #condemnedFor: string | undefined;
  #ending: Promise<void> | undefined;

  private constructor(launched: LaunchedBrowser, folder: BrowserFolder, options: BrowserHostOptions) {
    this.#browser = launched.browser;
    this.#launched = launched;
    this.#folder = folder;
    this.#options = options;
    this.#browser.on("disconnected", () => this.#gone.resolve());
  }

  /** @throws BenthamError BROWSER_LAUNCH_FAILED. Then nothing of it is left. */
  static async start(options: BrowserHostOptions): Promise<BrowserHost> {
    const folder = await makeBrowserFolder(options.folder);
    try {
      return new BrowserHost(await launch(options, folder), folder, options);
    } catch (error) {
      await folder.remove();
      throw error;
    }
  }

  get pid(): number {
    return this.#launched.pid;
  }

  /** Whether it can take another session. */
  get isUsable(): boolean {
    return this.#ending === undefined && this.#browser.isConnected() && this.#opened < MOST_SESSIONS_EVER;
  }

  /** What the evidence says of the browser. */
  get facts(): { readonly [name: string]: string | boolean } {
    return {
      browser: "chromium",
      version: this.#browser.version(),
      userAgent: this.#launched.userAgent,
      headless: true,
      sandbox: this.#options.sandbox,
    };
  }

  /**
   * Why a session of it ended that did nothing wrong itself; nothing while the browser is well. A page closes a moment
   * before its dying browser is known to have ended: `isPageClosed` makes this wait for that moment.
   */
  async trouble(isPageClosed: boolean): Promise<BenthamError | undefined> {
    if (isPageClosed) await withinTime(this.#gone.promise, this.#options.clock, DEATH_PATIENCE, () => {});
    if (this.#condemnedFor !== undefined) {
      return new BenthamError("INTERRUPTED", `the browser was ended: ${this.#condemnedFor}`);
    }
    return this.#browser.isConnected() ? undefined : new BenthamError("BROWSER_CRASHED", "the browser has ended");
  }

  /** @throws BenthamError BROWSER_CRASHED when the browser gives none in time. */
  async open(options: BrowserContextOptions): Promise<OpenSession> {
    this.#opened++;
    const ended = this.#gone.promise.then((): never => {
      throw new BenthamError("BROWSER_CRASHED", "the browser ended before its page was open");
    });
    // Playwright's calls do not all end when the browser does.
    return Promise.race([OpenSession.open(this.#browser, options, this.#options.clock), ended]);
  }

  /** Ends the browser at once, with all of its processes: something in it does not come back. */
  condemn(reason: string): Promise<void> {
    this.#condemnedFor ??= reason;
    return (this.#ending ??= this.#kill());
  }

  /** Lets the browser end by itself, and makes it when it does not. */
  close(): Promise<void> {
    return (this.#ending ??= this.#close());
  }

  async #close(): Promise<void> {
    const stop = startTimer(this.#options.clock, CLOSE_PATIENCE, () => killGroup(this.pid));
    try {
      await Promise.race([this.#browser.close(), this.#gone.promise]);
    } finally {
      stop();
    }
    await this.#kill();
  }

  /** Also after it has ended: what it started may be there still. */
  async #kill(): Promise<void> {
    killGroup(this.pid);
    await withinTime(this.#gone.promise, this.#options.clock, CLOSE_PATIENCE, () => {});
    await this.#folder.remove();
  }
}
