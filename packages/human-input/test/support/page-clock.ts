import { setImmediate } from "node:timers/promises";
import type { Clock, InputTarget } from "@bentham/core";
import type { Locator, Page } from "playwright-core";
import type { InputPage } from "../../src/index.ts";

/**
 * One clock for the driver and for the timers of a real page: it stands still while the page takes input, and jumps to
 * the next moment that the driver waits for. So a page's debounces and delays meet just the times of the plan, however
 * slow the machine is.
 */
export class PageClock implements Clock {
  readonly page: InputPage;
  readonly #page: Page;
  readonly #calls = new Set<Promise<unknown>>();
  readonly #hasTimers: boolean;
  #now = 0;

  private constructor(page: Page, hasTimers: boolean) {
    this.#page = page;
    this.#hasTimers = hasTimers;
    const { keyboard, mouse } = page;
    this.page = {
      keyboard: {
        down: (key) => this.#seen(keyboard.down(key)),
        up: (key) => this.#seen(keyboard.up(key)),
        insertText: (text) => this.#seen(keyboard.insertText(text)),
      },
      mouse: {
        move: (x, y) => this.#seen(mouse.move(x, y)),
        down: () => this.#seen(mouse.down()),
        up: () => this.#seen(mouse.up()),
        wheel: (x, y) => this.#seen(mouse.wheel(x, y)),
      },
      viewportSize: () => page.viewportSize(),
    };
  }

  /** Takes over the timers of a page; called before the page is opened. */
  static async of(page: Page): Promise<PageClock> {
    await page.clock.install({ time: 0 });
    await page.clock.pauseAt(1000);
    // Playwright's clock has it jump about; a document's own stays what it is.
    await page.addInitScript("Object.defineProperty(performance, 'timeOrigin', { value: Math.random() })");
    return new PageClock(page, true);
  }

  /** Leaves the timers of a page alone: for pages that have none. */
  static withoutTimers(page: Page): PageClock {
    return new PageClock(page, false);
  }

  /** An element of the page. */
  target(selector: string | Locator): InputTarget {
    const locator = typeof selector === "string" ? this.#page.locator(selector) : selector;
    return {
      boundingBox: (options) => this.#seen(locator.boundingBox(options)),
      scrollIntoViewIfNeeded: (options) => this.#seen(locator.scrollIntoViewIfNeeded(options)),
      evaluate: (look, argument, options) => this.#seen(locator.evaluate(look, argument, options)),
    };
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    // A time limit of a call to the page is given up when the call is over: time goes on only where nothing is on its way.
    while (this.#calls.size > 0) {
      await Promise.allSettled(this.#calls);
      await setImmediate();
      signal?.throwIfAborted();
    }
    if (this.#hasTimers) await this.#page.clock.runFor(ms);
    this.#now += ms;
  }

  #seen<Value>(call: Promise<Value>): Promise<Value> {
    this.#calls.add(call);
    const over = (): boolean => this.#calls.delete(call);
    void call.then(over, over);
    return call;
  }
}
