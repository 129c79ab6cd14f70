import { BenthamError, type Clock, startTimer, withinTime } from "@bentham/core";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { memoryOf } from "./browser-memory.ts";
import { connect } from "./connect.ts";
import { type BrowserFolder, makeBrowserFolder } from "./browser-folder.ts";
import { killGroup } from "./kill-group.ts";
import { launch, type LaunchedBrowser, type LaunchOptions } from "./launch.ts";
import { OpenSession } from "./open-session.ts";
import type { StorageState } from "./starting-state.ts";

/** How long a browser may take to close by itself, in milliseconds. */
const CLOSE_PATIENCE = 3_000;

/** The same for one whose profile stays: what it has not written by then is lost. */
const PROFILE_CLOSE_PATIENCE = 8_000;

/** How long after its pages a dying browser may take to be gone, in milliseconds. */
const DEATH_PATIENCE = 1_000;

/** Sessions that one browser opens before another takes its place: a bound on what a long run could pile up. */
const MOST_SESSIONS_EVER = 200;

/** How often it is looked how much memory a browser takes, in milliseconds. */
const WEIGH_EVERY = 30_000;

/** A browser that nobody has used for so long has to answer before it is used again, in milliseconds. */
const IDLE_LONG = 60_000;

/** How long a browser may take to answer, in milliseconds. */
const ANSWER_PATIENCE = 2_000;

/** What a host is started with. */
export interface BrowserHostOptions extends LaunchOptions {
  /** Where browsers keep their files. */
  readonly folder: string;
  /** Memory (bytes) of its own above which a browser opens no more sessions. */
  readonly mostMemory: number;
  /** The address of a browser that is running already, which is not ended. @default one is started */
  readonly connect?: string | undefined;
  readonly clock: Clock;
}

/** A browser that is somebody else's has none. */
const NO_FOLDER = { remove: async (): Promise<void> => {} };

/** One Chromium and the sessions in it. It ends when it is closed, condemned, or dies. */
export class BrowserHost {
  readonly #browser: Browser;
  readonly #launched: LaunchedBrowser;
  readonly #folder: Pick<BrowserFolder, "remove">;
  readonly #options: BrowserHostOptions;
  readonly #gone = Promise.withResolvers<void>();
  #opened = 0;
  #usedAt: number;
  #weighedAt = -Infinity;
  #isHeavy = false;
  #condemnedFor: string | undefined;
  #ending: Promise<void> | undefined;

  private constructor(launched: LaunchedBrowser, folder: Pick<BrowserFolder, "remove">, options: BrowserHostOptions) {
    this.#browser = launched.browser;
    this.#usedAt = options.clock.monotonic();
    this.#launched = launched;
    this.#folder = folder;
    this.#options = options;
    this.#browser.on("disconnected", () => this.#gone.resolve());
  }

  /** @throws BenthamError BROWSER_LAUNCH_FAILED. Then nothing of it is left. */
  static async start(options: BrowserHostOptions): Promise<BrowserHost> {
    if (options.connect !== undefined) return new BrowserHost(await connect(options.connect), NO_FOLDER, options);
    const folder = await makeBrowserFolder(options.folder);
    try {
      return new BrowserHost(await launch(options, folder), folder, options);
    } catch (error) {
      await folder.remove();
      throw error;
    }
  }

  /** Whether it can take another session. */
  get isUsable(): boolean {
    return (
      this.#ending === undefined && this.#browser.isConnected() && this.#opened < MOST_SESSIONS_EVER && !this.#isHeavy
    );
  }

  /** What the evidence says of the browser. */
  get facts(): { readonly [name: string]: string | boolean } {
    return {
      browser: "chromium",
      version: this.#browser.version(),
      userAgent: this.#launched.userAgent,
      // Of somebody else's browser, what can be told is what it says of itself.
      headless: this.#launched.userAgent.includes("Headless"),
      ...(this.#launched.pid === undefined ? { connected: true } : { sandbox: this.#options.sandbox }),
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
    this.#usedAt = this.#options.clock.monotonic();
    const { straightOut } = this.#launched;
    const proxied = straightOut ? { proxy: straightOut, ...options } : options;
    return this.#unlessGone(OpenSession.open(this.#browser, proxied, this.#options.clock));
  }

  /**
   * The session of the profile that it was started with.
   *
   * @param state What it is to have in place of what it has. @default it stays as it is
   * @throws BenthamError BROWSER_CRASHED when the browser does not take it in time.
   */
  async openOwn(state: StorageState | undefined): Promise<OpenSession> {
    const { own } = this.#launched;
    if (!own) throw new BenthamError("INTERNAL", "the browser was started without a profile");
    if (state) await this.#unlessGone(OpenSession.restore(own.context, state, this.#options.clock));
    return OpenSession.of(own.context, own.page, this.#options.clock);
  }

  /** Whether it is there still, asked where nobody has used it for long. */
  async isWell(): Promise<boolean> {
    const { clock } = this.#options;
    if (clock.monotonic() - this.#usedAt < IDLE_LONG) return true;
    try {
      return await withinTime(
        this.#processes().then(() => true),
        clock,
        ANSWER_PATIENCE,
        () => false,
      );
    } catch {
      return false; // Whatever it answered with, it is not to be used.
    }
  }

  /** To be called between jobs: looks now and then how much memory it takes, and opens no more sessions above the bound. */
  async rest(): Promise<void> {
    const { clock, mostMemory } = this.#options;
    this.#usedAt = clock.monotonic();
    if (this.#launched.pid === undefined || this.#usedAt - this.#weighedAt < WEIGH_EVERY) return;
    this.#weighedAt = this.#usedAt;
    const [pids] = await Promise.allSettled([withinTime(this.#processes(), clock, ANSWER_PATIENCE, () => [])]);
    if (pids.status === "fulfilled") this.#isHeavy = (await memoryOf(pids.value)) > mostMemory;
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

  /** The numbers of its processes. */
  async #processes(): Promise<number[]> {
    const cdp = await this.#browser.newBrowserCDPSession();
    const { processInfo } = await cdp.send("SystemInfo.getProcessInfo");
    await cdp.detach();
    return processInfo.map(({ id }) => id);
  }

  /** Playwright's calls do not all end when the browser does. */
  #unlessGone<Value>(opening: Promise<Value>): Promise<Value> {
    const ended = this.#gone.promise.then((): never => {
      throw new BenthamError("BROWSER_CRASHED", "the browser ended before its page was open");
    });
    return Promise.race([opening, ended]);
  }

  async #close(): Promise<void> {
    const { pid } = this.#launched;
    // Of somebody else's browser, what is ours in it is closed, and the connection.
    const force = (): void => (pid === undefined ? this.#gone.resolve() : killGroup(pid));
    const patience = this.#options.profile ? PROFILE_CLOSE_PATIENCE : CLOSE_PATIENCE;
    const stop = startTimer(this.#options.clock, patience, force);
    try {
      await Promise.race([this.#browser.close(), this.#gone.promise]);
    } finally {
      stop();
    }
    await this.#kill();
  }

  /** Also after it has ended: what it started may be there still. */
  async #kill(): Promise<void> {
    const { pid } = this.#launched;
    if (pid !== undefined) killGroup(pid);
    else void Promise.allSettled([this.#browser.close()]);
    await withinTime(this.#gone.promise, this.#options.clock, CLOSE_PATIENCE, () => {});
    await this.#folder.remove();
  }
}
