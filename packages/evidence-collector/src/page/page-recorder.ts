import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, type Json, type PictureTarget, type SessionLease, withinTime } from "@bentham/core";
import { type PlaywrightSession, playwrightSession } from "@bentham/core/playwright";
import type { Artefact } from "../artefacts/artefact.ts";
import type { Gap } from "../artefacts/statement.ts";
import type { Staging } from "../bag/staging.ts";
import type { TextRecord } from "../check/three-way-check.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { Camera } from "./camera.ts";
import { type CdpSession, evaluateIn } from "./cdp-session.ts";
import { NetworkTap } from "./network-tap.ts";
import { PAGE_FACTS, type PageFacts } from "./page-facts.ts";
import { exchangesOfHar } from "./read-har.ts";

/** How long one step may take, in milliseconds. */
const STEP_PATIENCE = 5_000;

/** How long all of them may take, in milliseconds: the session is to be given back within seconds. */
const WHOLE_PATIENCE = 20_000;

/** How long a page may take to show that it is alive; one that hangs never will. In milliseconds. */
const ALIVE_PATIENCE = 2_000;

const HAR = "network.har";

/** What is recorded of pages, and how much. */
export interface PageRecording {
  /** Most bytes of one body. */
  readonly maxBodyBytes: number;
  /** How much of a page taller than the viewport goes on a picture of its own, in CSS pixels; 0 for none. */
  readonly fullPageHeight: number;
  readonly clock: Clock;
  readonly staging: Staging;
}

/** What was kept of a page. Its files hold secrets still, except for pictures. */
export interface PageRecord {
  readonly exchanges: readonly Exchange[];
  readonly pictures: readonly Artefact[];
  /** The page as an MHTML archive, its bytes as characters. */
  readonly mhtml?: string;
  /** The answer's text, read once more at the end. */
  readonly answerText: TextRecord;
  /** What the page says of itself. */
  readonly facts?: { readonly [name: string]: Json };
  readonly gaps: readonly Gap[];
}

/** Where the answer stands. */
interface ShownAnswer {
  readonly element: PictureTarget;
  readonly text: PictureTarget | undefined;
}

/** Records a page: all of its requests from the start, and how it looks at the end. */
export class PageRecorder {
  readonly #session: PlaywrightSession;
  readonly #options: PageRecording;
  /** The folder that the requests are written to; rejects where that could not begin. */
  readonly #recording: Promise<string>;
  /** Rejects where the page could not be reached. */
  readonly #cdp: Promise<CdpSession>;
  /** Rejects where it could not begin. */
  readonly #tap: Promise<NetworkTap>;
  #answer: ShownAnswer | undefined;

  private constructor(session: PlaywrightSession, options: PageRecording) {
    this.#session = session;
    this.#options = options;
    this.#recording = this.#inTime(this.#start());
    this.#cdp = session.context.newCDPSession(session.page);
    this.#tap = this.#inTime(this.#cdp.then((cdp) => NetworkTap.open(cdp, options.maxBodyBytes)));
  }

  /** Waits until requests are recorded, or cannot be: that is a gap at the end, and no reason not to ask. */
  static async begin(session: SessionLease, options: PageRecording): Promise<PageRecorder> {
    const recorder = new PageRecorder(playwrightSession(session), options);
    await Promise.allSettled([recorder.#recording, recorder.#tap]);
    return recorder;
  }

  /** Says where the answer stands. */
  showAnswer(element: PictureTarget, text?: PictureTarget): void {
    this.#answer = { element, text };
  }

  /**
   * Takes what there is, each thing in its own time, and stops. Never rejects: what is missing is a gap.
   *
   * @param tell Is told of each step that was taken.
   */
  async finish(tell: (step: string) => void): Promise<PageRecord> {
    const { clock } = this.#options;
    const end = clock.monotonic() + WHOLE_PATIENCE;
    const gaps: Gap[] = [];
    const pictures: Artefact[] = [];
    const step = async <Value>(artefact: string, take: () => Promise<Value>): Promise<Value | undefined> => {
      try {
        const left = end - clock.monotonic();
        if (left <= 0) throw new Error(`the page's evidence had taken its ${WHOLE_PATIENCE} ms by then`);
        const taken = await this.#inTime(take(), Math.min(left, STEP_PATIENCE));
        tell(artefact);
        return taken;
      } catch (error) {
        gaps.push({ artefact, reason: reasonOf(error) });
        return undefined;
      }
    };
    const picture = async (name: PictureName, take: () => Promise<Buffer>): Promise<void> => {
      const bytes = await step(`data/${name}`, take);
      if (bytes) pictures.push(pictureOf(name, bytes));
    };
    // The exchanges first: what follows may make the page ask for more.
    const exchanges = (await step("data/network.har", () => this.#stopHar())) ?? [];
    const living = await this.#livingPage();
    if (!living) {
      const reason = "the page did not respond";
      gaps.push(...["screenshot.png", "page.mhtml"].map((name) => ({ artefact: `data/${name}`, reason })));
      return { exchanges, pictures, answerText: { reason }, gaps };
    }
    const answer = this.#answer;
    const answerText = answer ? await readAnswer(answer, (reading) => this.#inTime(reading)) : NO_ANSWER;
    const { cdp, facts } = living;
    const camera = new Camera(cdp);
    await picture("screenshot.png", () => camera.viewport());
    if (answer) await picture("answer.png", () => camera.element(answer.element, STEP_PATIENCE));
    const mhtml = await step("data/page.mhtml", () => archiveOf(cdp));
    const tall = this.#fullPageOf(facts);
    if (tall) {
      await picture("full-page.jpg", () => this.#session.page.screenshot(tall.options));
      if (tall.gap !== undefined) gaps.push({ artefact: "data/full-page.jpg", reason: tall.gap });
    }
    return { exchanges, pictures, ...(mhtml === undefined ? {} : { mhtml }), answerText, facts: { ...facts }, gaps };
  }

  /** Removes what is left of the recording. */
  async discard(): Promise<void> {
    const [folder] = await Promise.allSettled([this.#recording]);
    if (folder.status === "fulfilled") await rm(folder.value, { recursive: true, force: true });
  }

  async #start(): Promise<string> {
    const { staged } = await this.#options.staging.open();
    await this.#session.context.tracing.startHar(join(staged, HAR), { content: "embed", mode: "full" });
    return staged;
  }

  /** The file holds secrets: it is gone as soon as it has been read. */
  async #stopHar(): Promise<Exchange[]> {
    const folder = await this.#recording;
    try {
      const tap = await this.#tapInHand();
      await this.#session.context.tracing.stopHar();
      const exchanges = exchangesOfHar(await readFile(join(folder, HAR), "utf8"), this.#options.maxBodyBytes);
      return tap?.fill(exchanges) ?? exchanges;
    } finally {
      await this.discard();
    }
  }

  async #tapInHand(): Promise<NetworkTap | undefined> {
    const [tap] = await Promise.allSettled([this.#tap]);
    if (tap.status === "rejected") return undefined;
    void Promise.allSettled([tap.value.close()]); // A page that has crashed answers no more.
    return tap.value;
  }

  /** The way to the page, and what it says of itself; nothing when it does not respond. */
  async #livingPage(): Promise<{ readonly cdp: CdpSession; readonly facts: PageFacts } | undefined> {
    const asking = this.#cdp.then(async (cdp) => ({ cdp, facts: await evaluateIn<PageFacts>(cdp, PAGE_FACTS) }));
    const [living] = await Promise.allSettled([this.#inTime(asking, ALIVE_PATIENCE)]);
    return living.status === "fulfilled" ? living.value : undefined;
  }

  /** How to take the whole of a page that is taller than the viewport, where that is wanted. */
  #fullPageOf({ width, height, viewportHeight }: PageFacts): FullPage | undefined {
    const { fullPageHeight: most } = this.#options;
    if (most === 0 || height <= viewportHeight) return undefined;
    const clip = { x: 0, y: 0, width, height: Math.min(height, most) };
    return {
      options: { fullPage: true, type: "jpeg", quality: 80, clip, caret: "hide", timeout: STEP_PATIENCE },
      gap: height > most ? `the page is ${height} pixels tall, and the picture ends at ${most}` : undefined,
    };
  }

  #inTime<Value>(taking: Promise<Value>, patience: number = STEP_PATIENCE): Promise<Value> {
    return withinTime(taking, this.#options.clock, patience, () => {
      throw new Error(`it took longer than ${Math.round(patience)} ms`);
    });
  }
}

const NO_ANSWER: TextRecord = { reason: "nobody said where on the page the answer stands" };

type PictureName = "screenshot.png" | "answer.png" | "full-page.jpg";

interface FullPage {
  readonly options: {
    readonly fullPage: true;
    readonly type: "jpeg";
    readonly quality: number;
    readonly caret: "hide";
    readonly timeout: number;
    readonly clip: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  };
  readonly gap: string | undefined;
}

async function readAnswer(
  { text }: ShownAnswer,
  inTime: (reading: Promise<string>) => Promise<string>,
): Promise<TextRecord> {
  if (!text?.innerText) return { reason: "nobody said which element holds the answer's text alone" };
  try {
    return { source: "the answer's element", text: await inTime(text.innerText({ timeout: STEP_PATIENCE })) };
  } catch (error) {
    return { reason: reasonOf(error) };
  }
}

async function archiveOf(cdp: CdpSession): Promise<string> {
  const { data } = await cdp.send("Page.captureSnapshot", { format: "mhtml" });
  return Buffer.from(data, "utf8").toString("latin1");
}

function pictureOf(name: PictureName, bytes: Buffer): Artefact {
  return { path: `data/${name}`, mediaType: name.endsWith(".jpg") ? "image/jpeg" : "image/png", bytes };
}

/** The first line says what happened; what follows in Playwright's messages is its log. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n", 1).join("").slice(0, 200);
}
