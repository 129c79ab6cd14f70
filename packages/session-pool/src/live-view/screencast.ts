import type { CDPSession } from "playwright-core";

/** Of the pictures, from 0 to 100: text is well to read, and a picture has some 60 kB. */
const QUALITY = 70;

/** The pictures of a page, as they change. */
export class Screencast {
  readonly #cdp: CDPSession;
  #onPicture: ((frame: string) => void) | undefined;

  constructor(cdp: CDPSession) {
    this.#cdp = cdp;
    cdp.on("Page.screencastFrame", ({ data, sessionId }) => {
      this.#onPicture?.(data);
      // Without it no further picture comes. A page that has just closed takes none.
      void Promise.allSettled([cdp.send("Page.screencastFrameAck", { sessionId })]);
    });
  }

  /** Pictures are taken from now on, JPEG in base64. */
  async start(onPicture: (frame: string) => void): Promise<void> {
    this.#onPicture = onPicture;
    await this.#cdp.send("Page.startScreencast", { format: "jpeg", quality: QUALITY, everyNthFrame: 1 });
  }

  async stop(): Promise<void> {
    this.#onPicture = undefined;
    await this.#cdp.send("Page.stopScreencast");
  }
}
