import {
  type Attributes,
  type Counter,
  createNoopMeter,
  type Histogram,
  type MeterProvider,
  metrics,
} from "@opentelemetry/api";
import type { Job } from "@bentham/core";
import type { EndedAttempt } from "../attempt.ts";
import { INSTRUMENTATION, safely } from "./attempt-trace.ts";

interface Instruments {
  readonly attempts: Counter;
  readonly asks: Counter;
  readonly leasesLost: Counter;
  readonly attemptDuration: Histogram;
  readonly answerDuration: Histogram;
  readonly waitDuration: Histogram;
}

/** Instruments belong to a provider, and one may be registered at any time. */
let known: { readonly provider: MeterProvider; readonly instruments: Instruments | undefined } | undefined;

/** The instruments of whoever has registered an SDK of OpenTelemetry; nothing while nobody has. */
function instruments(): Instruments | undefined {
  const provider = metrics.getMeterProvider();
  if (known?.provider !== provider) known = { provider, instruments: safely(instrumentsOf, provider) };
  return known.instruments;
}

function instrumentsOf(provider: MeterProvider): Instruments | undefined {
  const meter = provider.getMeter(INSTRUMENTATION);
  if (meter === createNoopMeter()) return undefined;
  const seconds = (name: string, description: string): Histogram =>
    meter.createHistogram(name, { description, unit: "s", advice: { explicitBucketBoundaries: BOUNDARIES } });
  return {
    attempts: meter.createCounter("bentham.attempts", { description: "Attempts that have ended", unit: "{attempt}" }),
    asks: meter.createCounter("bentham.asks", { description: "Questions let out", unit: "{ask}" }),
    leasesLost: meter.createCounter("bentham.leases.lost", {
      description: "Attempts whose end was refused, as their lease was no longer theirs",
      unit: "{lease}",
    }),
    attemptDuration: seconds("bentham.attempt.duration", "From the first resource to the verdict"),
    answerDuration: seconds("bentham.answer.duration", "From the question to the end of the answer"),
    waitDuration: seconds("bentham.wait.duration", "Waits of an attempt in front of a question"),
  };
}

/** Seconds; models may think for minutes. */
const BOUNDARIES = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320];

// Each looks first whether anybody counts, and hands on what it was given only then: a closure would be made every time.

/** Counts a question that is let out. */
export function countAsk(job: Job): void {
  const counted = instruments();
  if (counted) safely(addOne, counted.asks, job);
}

/** Counts a lease that was no longer the attempt's own when it ended. */
export function countLostLease(job: Job): void {
  const counted = instruments();
  if (counted) safely(addOne, counted.leasesLost, job);
}

/** Counts a wait in front of a question, in milliseconds. */
export function countWait(job: Job, reason: string, waitMs: number): void {
  const counted = instruments();
  if (counted) safely(addWait, counted, job, reason, waitMs);
}

/** Counts an attempt that has ended. */
export function countAttempt(job: Job, ended: EndedAttempt): void {
  const counted = instruments();
  if (counted) safely(addAttempt, counted, job, ended);
}

function addOne(counter: Counter, job: Job): void {
  counter.add(1, attributesOf(job));
}

function addWait({ waitDuration }: Instruments, job: Job, reason: string, waitMs: number): void {
  waitDuration.record(waitMs / 1000, { ...attributesOf(job), "bentham.wait.reason": reason });
}

function addAttempt(counted: Instruments, job: Job, { outcome, failure, result }: EndedAttempt): void {
  const code = failure ? { "error.type": failure.code } : {};
  const attributes = { ...attributesOf(job), "bentham.outcome": outcome, ...code };
  counted.attempts.add(1, attributes);
  counted.attemptDuration.record(result.metadata.executionTimeMs / 1000, attributes);
  if (result.response) counted.answerDuration.record(result.response.responseTimeMs / 1000, attributesOf(job));
}

/** Few values each: what has many, such as queries, belongs in traces. */
function attributesOf({ surfaceId, locationId }: Job): Attributes {
  return { "bentham.surface.id": surfaceId, "bentham.location.id": locationId };
}
