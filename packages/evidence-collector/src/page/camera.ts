import type { PictureTarget } from "@bentham/core";
import { type CdpSession, evaluateIn } from "./cdp-session.ts";
import { cropPng, type PixelBox, widthOfPng } from "./crop-png.ts";
import { TYPED_SECRETS } from "./page-facts.ts";
import { type ShownBox, shownBoxOf } from "./shown-box.ts";

/** Tallest element of which a picture is taken, in CSS pixels: it takes seconds from here on. */
const TALLEST_PICTURE = 10_000;

/**
 * Makes a page stand still: finite animations are at their end, endless ones are off, no caret shows, and neither does what
 * was typed as a secret, in open shadow roots, too. A page's own policy for styles does not reach a sheet that is adopted; and
 * its rules name elements, since one for all of them would have the whole page styled anew.
 */
const STAND_STILL = `(() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(\`
    input, textarea, [contenteditable] { caret-color: transparent !important; }
    :is(${TYPED_SECRETS}) {
      background: #888 !important; color: transparent !important; -webkit-text-fill-color: transparent !important;
      -webkit-text-security: disc !important; text-shadow: none !important; transition: none !important;
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
  readonly #cdp: CdpSession;
  #standsStill: Promise<unknown> | undefined;
  #viewport: Buffer | undefined;

  constructor(cdp: CdpSession) {
    this.#cdp = cdp;
  }

  /** What the viewport shows, as PNG. */
  async viewport(): Promise<Buffer> {
    await this.#standStill();
    const { data } = await this.#cdp.send("Page.captureScreenshot", { format: "png", optimizeForSpeed: true });
    this.#viewport = Buffer.from(data, "base64");
    return this.#viewport;
  }

  /**
   * What an element shows, as PNG: cut out of the viewport's picture, where all of it is on that.
   *
   * @param timeout How long it may take, in milliseconds.
   * @throws Error when it is not shown, or is too tall.
   */
  async element(element: PictureTarget, timeout: number): Promise<Buffer> {
    await this.#standStill();
    const picture = this.#viewport;
    const shown = picture && (await element.evaluate?.(shownBoxOf, [], { timeout }));
    const cut = picture && shown && cropPng(picture, pixelsOf(shown, widthOfPng(picture)));
    if (cut) return cut;
    const box = await element.boundingBox({ timeout });
    if (box && box.height > TALLEST_PICTURE) throw new Error(`the answer is more than ${TALLEST_PICTURE} pixels tall`);
    return element.screenshot({ timeout }); // Playwright moves the page for it.
  }

  /** Once: what it does to the page lasts. */
  async #standStill(): Promise<void> {
    this.#standsStill ??= evaluateIn(this.#cdp, STAND_STILL);
    await this.#standsStill;
  }
}

/** The pixels of a picture of so many pixels' width that a box on the viewport covers, in whole or in part. */
function pixelsOf({ x, y, width, height, viewportWidth }: ShownBox, pictureWidth: number): PixelBox {
  const scale = pictureWidth / viewportWidth;
  const [left, top] = [Math.floor(x * scale), Math.floor(y * scale)];
  return { left, top, width: Math.ceil((x + width) * scale) - left, height: Math.ceil((y + height) * scale) - top };
}
