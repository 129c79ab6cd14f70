import type {
  Clock,
  Evidence,
  Fetch,
  Json,
  PictureTarget,
  Recording,
  RecordingEnding,
  RecordingRequest,
} from "@bentham/core";
import type { Exchange } from "./exchange/exchange.ts";
import { recordFetch } from "./exchange/record-fetch.ts";
import type { Tape } from "./exchange/tape.ts";
import type { PageRecorder } from "./page/page-recorder.ts";
import { type SealingParts, sealEvidence } from "./seal-evidence.ts";
import type { Software } from "./software.ts";

/** What the recordings of one collector share. */
export interface CollectorParts extends SealingParts {
  readonly software: Software;
  readonly clock: Clock;
  readonly maxBodyBytes: number;
}

/** The recording of one attempt. It holds everything in memory until it is sealed. */
export class AttemptRecording implements Recording {
  readonly #parts: CollectorParts;
  readonly #request: RecordingRequest;
  readonly #startedAt: Date;
  readonly #start: number;
  readonly #tape: Tape;
  readonly #page: PageRecorder | undefined;
  readonly #notes = new Map<string, Json>();
  readonly #steps = new Map<string, number>();
  #exchanges: (() => Exchange)[] = [];
  #ended: Promise<Evidence | undefined> | undefined;

  /** @param page Records the session's page, where there is one to be recorded. */
  constructor(parts: CollectorParts, request: RecordingRequest, page?: PageRecorder) {
    this.#page = page;
    this.#parts = parts;
    this.#request = request;
    this.#startedAt = new Date(parts.clock.now());
    this.#start = parts.clock.monotonic();
    this.#tape = {
      clock: parts.clock,
      maxBodyBytes: parts.maxBodyBytes,
      keepsBodies: () => request.level === "full" && this.#ended === undefined,
      responded: () => this.step("first response"),
      add: (exchange) => {
        if (request.level !== "none" && this.#ended === undefined) this.#exchanges.push(exchange);
      },
    };
  }

  record(fetch: Fetch): Fetch {
    return recordFetch(fetch, this.#tape);
  }

  showAnswer(element: PictureTarget, text?: PictureTarget): void {
    this.#page?.showAnswer(element, text);
  }

  step(name: string): void {
    if (!this.#steps.has(name)) this.#steps.set(name, Math.round(this.#parts.clock.monotonic() - this.#start));
  }

  note(name: string, fact: Json): void {
    this.#notes.set(name, fact);
  }

  finish(ending: RecordingEnding): Promise<Evidence | undefined> {
    return (this.#ended ??= this.#seal(ending));
  }

  async discard(): Promise<void> {
    this.#ended ??= Promise.resolve(undefined);
    this.#exchanges = [];
    await this.#page?.discard();
  }

  async #seal(ending: RecordingEnding): Promise<Evidence | undefined> {
    const { clock, software } = this.#parts;
    this.step(ending.answer ? "answered" : "ended");
    const page = await this.#page?.finish((taken) => this.step(`kept ${taken}`));
    const exchanges = [...this.#exchanges.map((exchange) => exchange()), ...(page?.exchanges ?? [])];
    this.#exchanges = [];
    if (this.#request.level === "none") return undefined;
    const record = {
      request: this.#request,
      ending,
      software,
      exchanges,
      notes: Object.fromEntries(this.#notes),
      steps: [...this.#steps].map(([step, atMs]) => ({ step, atMs })),
      page,
      startedAt: this.#startedAt,
      endedAt: new Date(clock.now()),
      durationMs: Math.round(clock.monotonic() - this.#start),
    };
    return sealEvidence(record, this.#parts);
  }
}
