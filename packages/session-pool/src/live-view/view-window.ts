import { type Clock, withinTime } from "@bentham/core";
import type { CDPSession, Page } from "playwright-core";
import { Screencast } from "./screencast.ts";
import type { ViewSize } from "./view-document.ts";
import { giveInput, type ViewInput } from "./view-input.ts";

/** How long a page may take to do what it is told, in milliseconds: one that hangs holds up nothing else. */
const PATIENCE = 5_000;

/** One window of a session: a page that can be shown, and used. */
export class ViewWindow {
  readonly id: number;
  readonly page: Page;
  readonly #cdp: CDPSession;
  readonly #clock: Clock;
  readonly #screencast: Screencast;

  private constructor(id: number, page: Page, cdp: CDPSession, clock: Clock) {
    this.id = id;
    this.page = page;
    this.#cdp = cdp;
    this.#clock = clock;
    this.#screencast = new Screencast(cdp);
  }

  /** @throws what Playwright throws when the page is gone by then. */
  static async of(id: number, page: Page, clock: Clock): Promise<ViewWindow> {
    return new ViewWindow(id, page, await page.context().newCDPSession(page), clock);
  }

  /** How large it is: one that a page opens may have a size of its own. */
  get size(): ViewSize {
    return this.page.viewportSize() ?? { width: 1280, height: 800 };
  }

  /** What is known of it without asking it, since it may hang: where it is. */
  get name(): string {
    return URL.parse(this.page.url())?.host || "a new window";
  }

  /** Its pictures from now on, in front of all others: what is behind has none. */
  async show(onPicture: (frame: string) => void): Promise<void> {
    await this.#inTime(this.page.bringToFront());
    await this.#inTime(this.#screencast.start(onPicture));
  }

  async hide(): Promise<void> {
    await this.#inTime(this.#screencast.stop()); // A page that has crashed never answers.
  }

  /** @param interrupted Resolves when a dialog opens: a page that asks something takes no input to its end. */
  async give(input: ViewInput, interrupted: Promise<void>): Promise<void> {
    await Promise.race([this.#inTime(giveInput(this.#cdp, input)), interrupted]);
  }

  async go(to: "back" | "reload"): Promise<void> {
    await this.#inTime(to === "back" ? this.page.goBack() : this.page.reload());
  }

  /** Closes it as a person does: its page may ask whether it is to be left. */
  async close(): Promise<void> {
    await this.#inTime(this.page.close({ runBeforeUnload: true }));
  }

  async leave(): Promise<void> {
    await this.hide();
    await this.#inTime(this.#cdp.detach());
  }

  /** What a page does not take, it did not want: the next picture shows how it is. */
  async #inTime(work: Promise<unknown>): Promise<void> {
    await Promise.allSettled([withinTime(work, this.#clock, PATIENCE, () => undefined)]);
  }
}
