import {
  type Context,
  context,
  type Attributes,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
  type TracerProvider,
} from "@opentelemetry/api";
import type { Job } from "@bentham/core";
import type { Attempt, EndedAttempt } from "../attempt.ts";
import { warnOfListener } from "../events.ts";
import { classifyError } from "../retry/classify-error.ts";

/** The name that traces and metrics of the executor are filed under. */
export const INSTRUMENTATION = "@bentham/executor";

/** What an attempt is made of; each is a span below the attempt's. */
export type AttemptStep = "acquire" | "record" | "ask" | "seal" | "validate" | "settle";

/** What `executeOnce` does with an attempt. */
export type AttemptSteps = Pick<Attempt, "acquire" | "record" | "ask" | "seal" | "judge" | "fail">;

/** What stands in for a provider until one is registered, and passes on to it from then on. */
type Stand = TracerProvider & { getDelegateTracer?(name: string): Tracer | undefined };

function isAnyoneTracing(): boolean {
  const provider: Stand = trace.getTracerProvider();
  return !provider.getDelegateTracer || provider.getDelegateTracer(INSTRUMENTATION) !== undefined;
}

/**
 * Traces an attempt, where a user has registered an SDK of OpenTelemetry; else there is none, and the attempt costs one
 * check more. Its spans tell ids, outcomes and codes: no secret, no query, no answer, no message. What the adapter asks
 * with while its step lasts finds the step's span active. A fault of the SDK never becomes one of the job.
 */
export class AttemptTrace implements Disposable {
  readonly #span: Span;
  readonly #context: Context;

  private constructor(span: Span) {
    this.#span = span;
    this.#context = trace.setSpan(context.active(), span);
  }

  /** @param lane Where the job was claimed from, when it was. */
  static begin(job: Job, attempt: number, lane?: string): AttemptTrace | undefined {
    const span = isAnyoneTracing() ? safely(startSpan, job, attempt, lane) : undefined;
    return span && new AttemptTrace(span);
  }

  /** Does `work` in a span of its own. */
  async step<Value>(name: AttemptStep, work: () => Promise<Value>): Promise<Value> {
    const span = safely(() => trace.getTracer(INSTRUMENTATION).startSpan(`bentham.${name}`, {}, this.#context));
    if (!span) return work();
    try {
      return await context.with(trace.setSpan(this.#context, span), work);
    } catch (error) {
      safely(() => fail(span, classifyError(error).code));
      throw error;
    } finally {
      safely(() => span.end());
    }
  }

  /** The steps of `attempt`, each in its span. */
  around(attempt: AttemptSteps): AttemptSteps {
    return {
      acquire: (needs) => this.step("acquire", () => attempt.acquire(needs)),
      record: (adapter, resources) => this.step("record", () => attempt.record(adapter, resources)),
      ask: (adapter, resources) => this.step("ask", () => attempt.ask(adapter, resources)),
      seal: (ending) => this.step("seal", () => attempt.seal(ending)),
      judge: (answer) => this.step("validate", () => attempt.judge(answer)),
      fail: (error) => this.step("seal", () => attempt.fail(error)),
    };
  }

  /** Keeps how the attempt ended. Only what is a failure of the cell counts as an error. */
  tell({ outcome, failure, result }: EndedAttempt): void {
    safely(() => {
      this.#span.setAttributes({ "bentham.outcome": outcome, "bentham.asks": result.metadata.asks ?? 0 });
      if (!failure) return;
      if (outcome === "failed") fail(this.#span, failure.code);
      else this.#span.setAttribute("error.type", failure.code);
    });
  }

  [Symbol.dispose](): void {
    safely(() => this.#span.end());
  }
}

function startSpan(job: Job, attempt: number, lane: string | undefined): Span {
  const attributes: Attributes = {
    "bentham.job.id": job.jobId,
    "bentham.study.id": job.studyId,
    "bentham.query.id": job.queryId,
    "bentham.surface.id": job.surfaceId,
    "bentham.location.id": job.locationId,
    "bentham.attempt": attempt,
    ...(job.runId === undefined ? {} : { "bentham.run.id": job.runId }),
    ...(lane === undefined ? {} : { "bentham.lane": lane }),
  };
  return trace.getTracer(INSTRUMENTATION).startSpan("bentham.attempt", { kind: SpanKind.CONSUMER, attributes });
}

function fail(span: Span, code: string): void {
  span.setAttribute("error.type", code);
  span.setStatus({ code: SpanStatusCode.ERROR, message: code });
}

/** What `look` gives; nothing when it throws, which is shown as a listener's fault. */
export function safely<Given extends readonly unknown[], Value>(
  look: (...given: Given) => Value,
  ...given: Given
): Value | undefined {
  try {
    return look(...given);
  } catch (error) {
    warnOfListener(error);
    return undefined;
  }
}
