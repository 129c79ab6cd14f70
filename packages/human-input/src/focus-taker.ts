import { DevTools } from "./dev-tools.ts";
import type { InputPage, OtherPage } from "./input-page.ts";

/**
 * Gives the focus to another page and back. Playwright has every page believe that it has the focus; without that the
 * browser sends a real blur and a real focus. `visibilitychange` is not to be had of a browser without a screen.
 */
export class FocusTaker {
  readonly #page: InputPage;
  #other: OtherPage | undefined;
  #devTools: DevTools | undefined;

  constructor(page: InputPage) {
    this.#page = page;
  }

  /** Another page comes to the front, if the page's browser context is known. */
  async take(): Promise<void> {
    const context = this.#page.context?.();
    if (!context || this.#other) return;
    this.#devTools ??= await DevTools.of(this.#page);
    await this.#devTools?.emulateFocus(false);
    this.#other = await context.newPage();
    await this.#other.bringToFront();
  }

  /** The page comes to the front again, and the other one is closed; nothing where the page never lost the focus. */
  async giveBack(): Promise<void> {
    const other = this.#other;
    if (!other) return;
    this.#other = undefined;
    await this.#page.bringToFront?.();
    await this.#devTools?.emulateFocus(true);
    await other.close();
  }
}
