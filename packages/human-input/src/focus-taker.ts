import { DevTools } from "./dev-tools.ts";
import type { InputContext, InputPage, OtherPage } from "./input-page.ts";

/**
 * Gives the focus to another page and back. Playwright has every page believe that it has the focus; without that the
 * browser sends a real blur and a real focus. `visibilitychange` is not to be had of a browser without a screen.
 */
export class FocusTaker {
  readonly #page: InputPage;
  /** The other page, from when it is asked for: whoever gives the focus back meanwhile closes it once it is there. */
  #other: Promise<OtherPage> | undefined;

  constructor(page: InputPage) {
    this.#page = page;
  }

  /** Another page comes to the front, if the page's browser context is known. */
  async take(): Promise<void> {
    const context = this.#page.context?.();
    if (!context || this.#other) return;
    const opening = this.#open(context);
    this.#other = opening;
    const other = await opening;
    if (this.#other === opening) await other.bringToFront();
  }

  /**
   * The page comes to the front again, and the other one is closed; nothing where the page never lost the focus. Each of
   * it is done whatever comes of the rest. It waits for a page that is still being opened: how long is up to the caller,
   * and that page is closed even so when it comes.
   */
  async giveBack(): Promise<void> {
    const opening = this.#other;
    if (!opening) return;
    this.#other = undefined;
    const [opened] = await Promise.allSettled([opening]);
    const front = await Promise.allSettled([this.#page.bringToFront?.()]);
    const rest = await Promise.allSettled([
      DevTools.of(this.#page).then((devTools) => devTools?.emulateFocus(true)),
      opened.status === "fulfilled" ? opened.value.close() : undefined,
    ]);
    for (const step of [...front, ...rest]) if (step.status === "rejected") throw step.reason;
  }

  async #open(context: InputContext): Promise<OtherPage> {
    const devTools = await DevTools.of(this.#page);
    await devTools?.emulateFocus(false);
    return await context.newPage();
  }
}
