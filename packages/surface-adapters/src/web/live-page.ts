import { type AskContext, BenthamError, untilAborted, withinTime } from "@bentham/core";
import { playwrightSession } from "@bentham/core/playwright";
import type { Locator, Page } from "playwright-core";
import { type Observation, observePage, type Signs } from "./observe-page.ts";

/** How long a page may take to answer a look at it, in milliseconds; a page that hangs never does. */
const LOOK_PATIENCE = 5_000;

/** A page that went on to another document while it was looked at. */
const NAVIGATED = /Execution context was destroyed|Cannot find context|frame was detached/i;

/** A session's page; nothing asked of it can hang. */
export class LivePage {
  readonly page: Page;
  readonly #context: AskContext;
  readonly #signs: Signs;

  /** @throws BenthamError INTERNAL when the attempt has no session with a page. */
  constructor(context: AskContext, signs: Signs) {
    if (!context.session) throw new BenthamError("INTERNAL", "a web surface cannot be asked without a session");
    this.page = playwrightSession(context.session).page;
    this.#context = context;
    this.#signs = signs;
  }

  /** What the page shows now. */
  async observe(): Promise<Observation> {
    try {
      return await this.#look();
    } catch (error) {
      if (!(error instanceof Error && NAVIGATED.test(error.message))) throw error;
      return this.#look(); // The document it has gone on to.
    }
  }

  /** The first visible match of the first candidate that has one. */
  async locate(
    candidates: readonly string[],
  ): Promise<{ readonly candidate: string; readonly locator: Locator } | undefined> {
    for (const candidate of candidates) {
      const locator = this.page.locator(candidate).filter({ visible: true }).first();
      if ((await this.inTime(locator.count())) > 0) return { candidate, locator };
    }
    return undefined;
  }

  /** What `asking` comes to; rejects when that takes too long, or the attempt is over first. */
  inTime<Value>(asking: Promise<Value>): Promise<Value> {
    const { clock, signal } = this.#context;
    const looking = withinTime(asking, clock, LOOK_PATIENCE, () => {
      throw new BenthamError("TIMEOUT", `the page has not responded for ${LOOK_PATIENCE} ms`);
    });
    return untilAborted(looking, signal);
  }

  #look(): Promise<Observation> {
    return this.inTime(this.page.evaluate(observePage, this.#signs));
  }
}
