import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, type PictureTarget, type SessionLease, withinTime } from "@bentham/core";
import { type PlaywrightSession, playwrightSession } from "@bentham/core/playwright";
import type { Artefact } from "../artefacts/artefact.ts";
import type { Gap } from "../artefacts/statement.ts";
import type { Staging } from "../bag/staging.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { exchangesOfHar } from "./read-har.ts";

/** How long one step may take, in milliseconds. The whole must be over, and the session back, within seconds. */
const STEP_PATIENCE = 5_000;

/** How long a page may take to show that it is alive; one that hangs never will. In milliseconds. */
const ALIVE_PATIENCE = 2_000;

/** Tallest answer of which a picture is taken, in CSS pixels: it takes seconds from here on. */
const TALLEST_PICTURE = 10_000;

const HAR = "network.har";

/** What was kept of a page. Its files hold secrets still, except for pictures. */
export interface PageRecord {
  readonly exchanges: readonly Exchange[];
  readonly pictures: readonly Artefact[];
  /** The page as an MHTML archive, its bytes as characters. */
  readonly mhtml?: string;
  readonly gaps: readonly Gap[];
}

/** Records a page: all of its requests from the start, and how it looks at the end. */
export class PageRecorder {
  readonly #session: PlaywrightSession;
  readonly #staging: Staging;
  readonly #clock: Clock;
  /** The folder that the requests are written to; rejects where that could not begin. */
  readonly #recording: Promise<string>;
  #answer: PictureTarget | undefined;

  private constructor(session: PlaywrightSession, staging: Staging, clock: Clock) {
    this.#session = session;
    this.#staging = staging;
    this.#clock = clock;
    this.#recording = this.#inTime(this.#start());
  }

  /** Waits until requests are recorded, or cannot be: that is a gap at the end, and no reason not to ask. */
  static async begin(session: SessionLease, staging: Staging, clock: Clock): Promise<PageRecorder> {
    const recorder = new PageRecorder(playwrightSession(session), staging, clock);
    await Promise.allSettled([recorder.#recording]);
    return recorder;
  }

  /** Says where the answer stands. */
  showAnswer(element: PictureTarget): void {
    this.#answer = element;
  }

  /** Takes what there is, each thing in its own time, and stops. Never rejects: what is missing is a gap. */
  async finish(maxBodyBytes: number): Promise<PageRecord> {
    const gaps: Gap[] = [];
    const pictures: Artefact[] = [];
    let mhtml: string | undefined;
    const step = async <Value>(artefact: string, take: () => Promise<Value>): Promise<Value | undefined> => {
      try {
        return await this.#inTime(take());
      } catch (error) {
        gaps.push({ artefact, reason: reasonOf(error) });
        return undefined;
      }
    };
    // The exchanges first: what follows may make the page ask for more.
    const har = await step("data/network.har", () => this.#stopHar(maxBodyBytes));
    if (await this.#isAlive()) {
      const { page } = this.#session;
      const options = { animations: "disabled", caret: "hide", timeout: STEP_PATIENCE } as const;
      const picture = await step("data/screenshot.png", () => page.screenshot(options));
      if (picture) pictures.push(pngOf("screenshot", picture));
      const answer = this.#answer;
      const closeUp = answer && (await step("data/answer.png", () => takeAnswer(answer, options)));
      if (closeUp) pictures.push(pngOf("answer", closeUp));
      mhtml = await step("data/page.mhtml", () => this.#archive());
    } else {
      const reason = "the page did not respond";
      gaps.push(...["screenshot.png", "page.mhtml"].map((name) => ({ artefact: `data/${name}`, reason })));
    }
    return { exchanges: har ?? [], pictures, ...(mhtml === undefined ? {} : { mhtml }), gaps };
  }

  /** Removes what is left of the recording. */
  async discard(): Promise<void> {
    const [folder] = await Promise.allSettled([this.#recording]);
    if (folder.status === "fulfilled") await rm(folder.value, { recursive: true, force: true });
  }

  async #start(): Promise<string> {
    const { staged } = await this.#staging.open();
    await this.#session.context.tracing.startHar(join(staged, HAR), { content: "embed", mode: "full" });
    return staged;
  }

  /** The file holds secrets: it is gone as soon as it has been read. */
  async #stopHar(maxBodyBytes: number): Promise<Exchange[]> {
    const folder = await this.#recording;
    try {
      await this.#session.context.tracing.stopHar();
      return exchangesOfHar(await readFile(join(folder, HAR), "utf8"), maxBodyBytes);
    } finally {
      await this.discard();
    }
  }

  async #isAlive(): Promise<boolean> {
    const [answer] = await Promise.allSettled([this.#inTime(this.#session.page.evaluate("true"), ALIVE_PATIENCE)]);
    return answer.status === "fulfilled";
  }

  async #archive(): Promise<string> {
    const cdp = await this.#session.context.newCDPSession(this.#session.page);
    const { data } = await cdp.send("Page.captureSnapshot", { format: "mhtml" });
    await cdp.detach();
    return Buffer.from(data, "utf8").toString("latin1");
  }

  #inTime<Value>(taking: Promise<Value>, patience: number = STEP_PATIENCE): Promise<Value> {
    return withinTime(taking, this.#clock, patience, () => {
      throw new Error(`it took longer than ${patience} ms`);
    });
  }
}

async function takeAnswer(
  element: PictureTarget,
  options: { readonly animations: "disabled"; readonly caret: "hide"; readonly timeout: number },
): Promise<Buffer> {
  const box = await element.boundingBox({ timeout: options.timeout });
  if (box && box.height > TALLEST_PICTURE) throw new Error(`the answer is more than ${TALLEST_PICTURE} pixels tall`);
  return element.screenshot(options);
}

function pngOf(name: "screenshot" | "answer", bytes: Buffer): Artefact {
  return { path: `data/${name}.png`, mediaType: "image/png", bytes };
}

/** The first line says what happened; what follows in Playwright's messages is its log. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n", 1).join("").slice(0, 200);
}
