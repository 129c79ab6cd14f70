import { BenthamError, type Clock, type Job, type Random, type SurfaceAdapter } from "@bentham/core";

/** What a surface is like at a moment. */
export type Weather =
  | { readonly kind: "fair" }
  /** Every question is refused with 429. */
  | { readonly kind: "storm"; readonly retryAfterMs?: number }
  /** Every question is refused with 503. */
  | { readonly kind: "outage" }
  /** Nothing is answered as long as it lasts. */
  | { readonly kind: "hang" };

/** What a surface counts. */
export interface SurfaceCounts {
  /** Questions that arrived. */
  readonly asks: number;
  /** Of these, those that were answered. */
  readonly answers: number;
  /** Answers by job. */
  readonly answersOf: ReadonlyMap<string, number>;
  /** When each question arrived, in milliseconds on the clock. */
  readonly askedAt: readonly number[];
}

/** How a simulated surface is. */
export interface SimulatedSurfaceOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** What it is like now. */
  readonly weather: () => Weather;
  /** Most questions a second, beside a burst of twice as many; more are refused with 429. @default no limit */
  readonly perSecond?: number;
  /** How long it takes for an answer in the middle, in milliseconds. @default 2000 */
  readonly middleMs?: number;
  /** Hears of each question as it arrives. */
  readonly onAsk?: (job: Job) => void;
  /** Share of questions that it fails by chance, with 500. @default 0.02 */
  readonly failures?: number;
}

/** A surface within the process, on a simulated clock: it has no socket that would take real time. */
export class SimulatedSurface {
  readonly #options: SimulatedSurfaceOptions;
  readonly #answersOf = new Map<string, number>();
  readonly #askedAt: number[] = [];
  #asks = 0;
  #answers = 0;
  #tokens: number;
  #filledAt = 0;

  constructor(options: SimulatedSurfaceOptions) {
    this.#options = options;
    this.#tokens = 2 * (options.perSecond ?? 0);
  }

  get counts(): SurfaceCounts {
    return { asks: this.#asks, answers: this.#answers, answersOf: this.#answersOf, askedAt: this.#askedAt };
  }

  /** Asks it by way of a worker's own clock, which may stand still while the surface goes on. */
  readonly adapter: SurfaceAdapter = {
    name: "simulated",
    version: "1",
    ask: async (job, context) => {
      await context.beforeAsk();
      const { clock, signal } = context;
      const started = clock.monotonic();
      const text = await this.#ask(job, signal);
      return { text, responseTimeMs: Math.round(clock.monotonic() - started) };
    },
  };

  /** What it answers to a job. */
  static answerTo({ jobId }: Pick<Job, "jobId">): string {
    return `the answer to ${jobId}`;
  }

  async #ask(job: Job, signal: AbortSignal): Promise<string> {
    const { clock, random, weather, onAsk, failures = 0.02, middleMs = 2000 } = this.#options;
    this.#asks += 1;
    this.#askedAt.push(clock.monotonic());
    onAsk?.(job);
    const now = weather();
    if (now.kind === "outage" || now.kind === "storm" || !this.#takeToken()) {
      await clock.sleep(200, signal);
      if (now.kind === "outage") throw new BenthamError("OVERLOADED", "503");
      const retryAfterMs = now.kind === "storm" ? now.retryAfterMs : undefined;
      throw new BenthamError("RATE_LIMITED", "429", retryAfterMs === undefined ? {} : { retryAfterMs });
    }
    if (now.kind === "hang") await clock.sleep(3_600_000, signal);
    // Most answers take between half and twice as long as the one in the middle.
    await clock.sleep(middleMs * 2 ** (2 * random() + random() - 1.5), signal);
    if (random() < failures) throw new BenthamError("UPSTREAM_ERROR", "500");
    this.#answers += 1;
    this.#answersOf.set(job.jobId, (this.#answersOf.get(job.jobId) ?? 0) + 1);
    return SimulatedSurface.answerTo(job);
  }

  #takeToken(): boolean {
    const { clock, perSecond } = this.#options;
    if (perSecond === undefined) return true;
    const now = clock.monotonic();
    this.#tokens = Math.min(2 * perSecond, this.#tokens + ((now - this.#filledAt) / 1000) * perSecond);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
