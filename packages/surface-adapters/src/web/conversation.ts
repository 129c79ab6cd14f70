import {
  type Answer,
  type AskContext,
  BenthamError,
  type Citation,
  type HumanInput,
  type Job,
  type Json,
} from "@bentham/core";
import type { Locator } from "playwright-core";
import { AskRequestWatch } from "./ask-request.ts";
import { CHALLENGE } from "./common-signs.ts";
import { httpTroubleOf } from "./http-trouble.ts";
import { LivePage } from "./live-page.ts";
import { nextWatch, startWatch, type Watch } from "./next-watch.ts";
import { normaliseText } from "./normalise-text.ts";
import type { Observation } from "./observe-page.ts";
import { complaintOf, wallOf } from "./page-trouble.ts";
import { linksIn, textIn } from "./read-element.ts";
import type { WebDefinition } from "./web-definition.ts";

/** How often the page is looked at, in milliseconds. */
const LOOK_EVERY = 250;

/** How long a page may take to show its composer, in milliseconds. */
const OPEN_PATIENCE = 30_000;

/** How long an answer may take to begin, in milliseconds. */
const START_PATIENCE = 60_000;

/** How long an answer may take altogether, in milliseconds. */
const ANSWER_PATIENCE = 180_000;

/** How long before the attempt's end watching stops, so that what there is can be kept, in milliseconds. */
const MARGIN = 1_000;

/** How long an answer without a word may stand as complete, in milliseconds. */
const EMPTY_PATIENCE = 3_000;

/** Most characters of an answer. */
const MOST_TEXT = 2_000_000;

/** One question and its answer on a page, in a conversation of its own, step by step. */
export class Conversation implements Disposable {
  readonly #definition: WebDefinition;
  readonly #job: Job;
  readonly #context: AskContext;
  readonly #input: HumanInput;
  readonly #live: LivePage;
  readonly #request: AskRequestWatch;
  readonly #matched: Record<string, Json> = {};
  #answersBefore = 0;
  #sentAt = 0;

  constructor(definition: WebDefinition, job: Job, context: AskContext) {
    if (!context.input) throw new BenthamError("INTERNAL", "a web surface cannot be asked without input");
    this.#definition = definition;
    this.#job = job;
    this.#context = context;
    this.#input = context.input;
    this.#live = new LivePage(context, {
      composer: definition.composer,
      answer: definition.answer,
      answerText: definition.answerText ?? [],
      busy: definition.busy,
      done: definition.done,
      login: definition.login ?? [],
      locked: definition.locked ?? [],
      alerts: definition.alerts ?? ["[role=alert]"],
      challenge: CHALLENGE.css,
      mostText: MOST_TEXT,
    });
    this.#request = new AskRequestWatch(this.#live.page, definition.askPath);
  }

  /** Opens a fresh conversation, and gets consent banners out of the way. */
  async open(): Promise<void> {
    const { page } = this.#live;
    const response = await page.goto(this.#startUrl(), { waitUntil: "domcontentloaded", timeout: OPEN_PATIENCE });
    const trouble = response && httpTroubleOf("the page", { status: response.status(), headers: response.headers() });
    const seen = await this.#untilComposer(trouble ?? undefined);
    await this.#refuseConsent();
    this.#answersBefore = seen.answers;
    await this.#input.pause("navigation");
  }

  /** Types the question, and reads it back. */
  async compose(): Promise<void> {
    const composer = await this.#find("composer", this.#definition.composer);
    const holds = (): Promise<boolean> => this.#holdsQuery(composer);
    if ((await this.#input.write(composer, this.#job.query, { holds })) === "mended") this.#matched["retyped"] = true;
  }

  /** Sends the question, once it may be sent. */
  async send(): Promise<void> {
    await this.#context.beforeAsk();
    this.#sentAt = this.#context.clock.monotonic();
    this.#context.recording.step?.("send");
    const key = this.#definition.send.find((candidate) => candidate.startsWith("key:"));
    const control = await this.#live.locate(this.#definition.send.filter((candidate) => !candidate.startsWith("key:")));
    if (control) {
      this.#matched["send"] = control.candidate;
      await this.#input.click(control.locator);
    } else if (key !== undefined) {
      this.#matched["send"] = key;
      await this.#input.press(key.slice("key:".length));
    } else {
      throw new BenthamError("SURFACE_CHANGED", "there is nothing on the page that sends the question");
    }
  }

  /** Watches the answer until it is complete. */
  async read(): Promise<Answer> {
    const { clock, signal, deadline = Infinity } = this.#context;
    const end = Math.min(this.#sentAt + ANSWER_PATIENCE, deadline - MARGIN);
    let watch = startWatch(this.#sentAt);
    for (;;) {
      await clock.sleep(LOOK_EVERY, signal);
      const page = await this.#live.observe();
      const at = clock.monotonic();
      if (page.answers > this.#answersBefore) this.#context.recording.step?.("answer begins");
      watch = nextWatch(watch, { at, page, request: this.#request.state }, this.#answersBefore);
      if (watch.state === "complete") return this.#answer(watch, page);
      const trouble = this.#troubleOf(watch, page) ?? this.#delayOf(watch, page, at, end);
      if (trouble) throw trouble;
    }
  }

  /** Tells the evidence how it went, as far as it went. */
  [Symbol.dispose](): void {
    this.#request[Symbol.dispose]();
    this.#context.recording.note?.("page", { ...this.#matched });
    this.#context.recording.note?.("input", this.#input.record());
  }

  #startUrl(): string {
    const url = this.#job.surface?.baseURL ?? this.#definition.start;
    if (url !== undefined) return url;
    throw new BenthamError(
      "STUDY_INVALID",
      `surface "${this.#job.surfaceId}" has no baseURL: say where the surface is`,
    );
  }

  /** Waits until one can ask. A wall says more than the status of the page it stands on. */
  async #untilComposer(trouble: BenthamError | undefined): Promise<Observation> {
    const { clock, signal } = this.#context;
    const end = clock.monotonic() + OPEN_PATIENCE;
    for (;;) {
      const page = await this.#live.observe();
      const wall = this.#wallOf(page) ?? trouble;
      if (wall) throw wall;
      if (page.composer !== null) return page;
      if (clock.monotonic() >= end) {
        throw new BenthamError("SURFACE_CHANGED", "the page has no composer: its definition may need another look");
      }
      await clock.sleep(LOOK_EVERY, signal);
    }
  }

  #wallOf(page: Observation): BenthamError | undefined {
    return wallOf(page, this.#context.credential?.savedState !== undefined);
  }

  async #refuseConsent(): Promise<void> {
    const { consent } = this.#definition;
    const banner = consent && (await this.#live.locate(consent.banner));
    if (!banner) return;
    const reject = await this.#live.locate(consent.reject);
    if (!reject) throw new BenthamError("UI_OBSTRUCTED", "a banner asks for consent, and nothing in it refuses");
    await this.#input.click(reject.locator);
    this.#matched["consent"] = "rejected";
  }

  async #find(what: string, candidates: readonly string[]): Promise<Locator> {
    const found = await this.#live.locate(candidates);
    if (!found) throw new BenthamError("SURFACE_CHANGED", `there is no ${what} on the page`);
    this.#matched[what] = found.candidate;
    return found.locator;
  }

  async #holdsQuery(composer: Locator): Promise<boolean> {
    const { text, isField } = await this.#live.inTime(composer.evaluate(textIn));
    const wanted = this.#job.query.replaceAll(/\r\n?/g, "\n");
    if (isField) return text === wanted;
    // An element that is edited shows a line break in ways of its own.
    return text.replaceAll(/\s+/g, " ").trim() === wanted.replaceAll(/\s+/g, " ").trim();
  }

  /** What the page, or its request, says went wrong. */
  #troubleOf(watch: Watch, page: Observation): BenthamError | undefined {
    const { failure, answer } = this.#request;
    const partial = watch.text === "" ? {} : { partialText: normaliseText(watch.text) };
    const wall = this.#wallOf(page);
    if (wall) return wall;
    const http = answer && httpTroubleOf("the question", answer);
    if (http) return http;
    if (failure !== undefined) {
      const code = answer ? "TRUNCATED_RESPONSE" : "NETWORK_ERROR";
      return new BenthamError(code, `the request that asks broke off: ${failure}`, partial);
    }
    const complaint = complaintOf(page);
    if (complaint) return complaint;
    if (watch.state === "vanished") {
      return new BenthamError("MALFORMED_RESPONSE", "the answer was there, and is gone from the page", partial);
    }
    if (page.text.length >= MOST_TEXT) {
      return new BenthamError("RESPONSE_TOO_LARGE", `the answer has more than ${MOST_TEXT} characters`, partial);
    }
    return undefined;
  }

  /** What takes too long. */
  #delayOf(watch: Watch, page: Observation, at: number, end: number): BenthamError | undefined {
    const partial = watch.text === "" ? {} : { partialText: normaliseText(watch.text) };
    if (page.done !== null && page.text.trim() === "" && at - watch.changedAt >= EMPTY_PATIENCE) {
      return new BenthamError("EMPTY_RESPONSE", "the surface answered with no text");
    }
    if (watch.state === "waiting" && this.#request.state !== "running" && at - this.#sentAt >= START_PATIENCE) {
      return new BenthamError("SURFACE_CHANGED", "the question was sent, and no answer appeared where one should");
    }
    if (at < end) return undefined;
    const seconds = Math.round((at - this.#sentAt) / 1000);
    return new BenthamError("ANSWER_TIMEOUT", `the answer was not complete after ${seconds} s`, partial);
  }

  async #answer(watch: Watch, page: Observation): Promise<Answer> {
    const answer = this.#live.page.locator(await this.#answerSelector()).last();
    this.#context.recording.showAnswer?.(answer, await this.#textOf(answer));
    this.#matched["done"] = page.done;
    const citations = await this.#citationsIn(answer);
    await this.#input.pause("reading", watch.text);
    return {
      text: normaliseText(watch.text),
      responseTimeMs: Math.round(watch.changedAt - this.#sentAt),
      ...(citations.length === 0 ? {} : { citations }),
    };
  }

  /** The element of the answer's text, by the rule that it was read by. */
  async #textOf(answer: Locator): Promise<Locator | undefined> {
    const { answerText = [] } = this.#definition;
    for (const candidate of answerText) {
      const text = answer.locator(candidate);
      if ((await this.#live.inTime(text.count())) > 0) return text.last();
    }
    return answerText.length === 0 ? answer : undefined;
  }

  async #answerSelector(): Promise<string> {
    const found = await this.#live.locate(this.#definition.answer);
    if (!found) throw new BenthamError("SURFACE_CHANGED", "the answer is gone from the page");
    this.#matched["answer"] = found.candidate;
    return found.candidate;
  }

  #citationsIn(answer: Locator): Promise<Citation[]> {
    const selectors = this.#definition.citations ?? ["a[href^=http]"];
    return this.#live.inTime(answer.evaluate(linksIn, [...selectors]));
  }
}
