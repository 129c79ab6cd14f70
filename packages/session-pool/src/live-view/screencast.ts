import type { CDPSession } from "playwright-core";

/** Of the pictures, from 0 to 100: text is well to read, and a picture has some 60 kB. */
const QUALITY = 70;

/** The pictures of a page, as they change. */
export class Screencast {
  readonly #cdp: CDPSession;
  readonly #listeners = new Set<(frame: string) => void>();
  #latest: string | undefined;

  private constructor(cdp: CDPSession) {
    this.#cdp = cdp;
  }

  /** Pictures are taken from now on. */
  static async start(cdp: CDPSession): Promise<Screencast> {
    const screencast = new Screencast(cdp);
    cdp.on("Page.screencastFrame", ({ data, sessionId }) => {
      screencast.#show(data);
      // Without it no further picture comes. A page that has just closed takes none.
      void Promise.allSettled([cdp.send("Page.screencastFrameAck", { sessionId })]);
    });
    await cdp.send("Page.startScreencast", { format: "jpeg", quality: QUALITY, everyNthFrame: 1 });
    return screencast;
  }

  /** Shows the latest picture and all that follow, JPEG in base64; gives what ends that. */
  watch(listener: (frame: string) => void): () => void {
    this.#listeners.add(listener);
    if (this.#latest !== undefined) listener(this.#latest);
    return () => void this.#listeners.delete(listener);
  }

  async stop(): Promise<void> {
    this.#listeners.clear();
    await Promise.allSettled([this.#cdp.send("Page.stopScreencast")]);
  }

  #show(frame: string): void {
    this.#latest = frame;
    for (const listener of this.#listeners) listener(frame);
  }
}
