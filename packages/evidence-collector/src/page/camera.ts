import type { InputTarget, PictureTarget } from "@bentham/core";
import type { PlaywrightSession } from "@bentham/core/playwright";
import { TYPED_SECRETS } from "./page-facts.ts";

type CdpSession = Awaited<ReturnType<PlaywrightSession["context"]["newCDPSession"]>>;

/** An element that may be brought into view. A Playwright `Locator` is one. */
type Shown = PictureTarget & Partial<Pick<InputTarget, "scrollIntoViewIfNeeded">>;

/** Tallest element of which a picture is taken, in CSS pixels: it takes seconds from here on. */
const TALLEST_PICTURE = 10_000;

/**
 * Makes a page stand still: finite animations are at their end, endless ones are off, no caret shows, and neither does what
 * was typed as a secret, in open shadow roots, too. A page's own policy for styles does not reach a sheet that is adopted.
 */
const STAND_STILL = `(() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(\`
    *, *::before, *::after { caret-color: transparent !important; transition: none !important; }
    :is(${TYPED_SECRETS}) {
      background: #888 !important; color: transparent !important; -webkit-text-fill-color: transparent !important;
      -webkit-text-security: disc !important; text-shadow: none !important;
    }\`);
  const rootsIn = (root) =>
    [root, ...[...root.querySelectorAll("*")].flatMap(({ shadowRoot }) => (shadowRoot ? rootsIn(shadowRoot) : []))];
  for (const root of rootsIn(document)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  for (const animation of document.getAnimations()) {
    const isEndless = animation.effect?.getComputedTiming().endTime === Infinity;
    if (isEndless || animation.playbackRate === 0) animation.cancel();
    else animation.finish();
  }
})()`;

/**
 * Takes the pictures of a page. Those of Playwright take three times the CPU: it makes the page stand still anew for each,
 * and Chromium's encoder has no word of it that speed counts more than the last tenth of the bytes.
 */
export class Camera {
  readonly #session: PlaywrightSession;
  readonly #cdp: CdpSession;
  #standsStill: Promise<unknown> | undefined;

  constructor(session: PlaywrightSession, cdp: CdpSession) {
    this.#session = session;
    this.#cdp = cdp;
  }

  /** What the viewport shows, as PNG. */
  async viewport(): Promise<Buffer> {
    await this.#standStill();
    return this.#capture();
  }

  /**
   * What an element shows, as PNG.
   *
   * @param timeout How long it may take, in milliseconds.
   * @throws Error when it is not shown, or is too tall.
   */
  async element(element: Shown, timeout: number): Promise<Buffer> {
    await this.#standStill();
    await element.scrollIntoViewIfNeeded?.({ timeout });
    const box = await element.boundingBox({ timeout });
    if (box && box.height > TALLEST_PICTURE) throw new Error(`the answer is more than ${TALLEST_PICTURE} pixels tall`);
    const { cssVisualViewport: view } = await this.#cdp.send("Page.getLayoutMetrics");
    const isInView =
      box &&
      box.x >= 0 &&
      box.y >= 0 &&
      box.x + box.width <= view.clientWidth &&
      box.y + box.height <= view.clientHeight;
    if (!isInView) return element.screenshot({ timeout }); // Playwright moves the page for each part of it.
    // Chromium counts from the corner of the document.
    const { width, height } = box;
    return this.#capture({ x: box.x + view.pageX, y: box.y + view.pageY, width, height, scale: 1 });
  }

  /** Once: what it does to the page lasts. */
  async #standStill(): Promise<void> {
    this.#standsStill ??= this.#session.page.evaluate(STAND_STILL);
    await this.#standsStill;
  }

  async #capture(clip?: Clip): Promise<Buffer> {
    const options = { format: "png", optimizeForSpeed: true, ...(clip ? { clip } : {}) } as const;
    const { data } = await this.#cdp.send("Page.captureScreenshot", options);
    return Buffer.from(data, "base64");
  }
}

interface Clip {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly scale: number;
}
