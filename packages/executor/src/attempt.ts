import {
  type AdapterNeeds,
  type Answer,
  type AskContext,
  BenthamError,
  type Evidence,
  type EvidenceLevel,
  type Fetch,
  type HumanInput,
  isBenthamError,
  type Job,
  type JobResult,
  laneOf,
  type Outcome,
  type Recording,
  type RecordingEnding,
  scrubSecrets,
  type Secret,
  startTimer,
  type SurfaceAdapter,
  untilAborted,
  type Verdict,
  withinTime,
} from "@bentham/core";
import { createHumanInput, isInputPage } from "@bentham/human-input";
import { type AskGate, createAskGate, type PermitAsk } from "./ask-gate.ts";
import { diagnose } from "./diagnose.ts";
import type { AttemptName } from "./events.ts";
import type { ExecutorParts } from "./executor-parts.ts";
import { outcomeOf } from "./outcome-of.ts";
import { messageOf } from "./message-of.ts";
import { noRecording } from "./no-recording.ts";
import { acquireResources, giveBackInTime, type JobResources, releaseResources } from "./resources.ts";
import { classifyError, type ErrorClassification } from "./retry/classify-error.ts";
import { factsOf } from "./retry/error-facts.ts";
import { scrubAnswer } from "./scrub-answer.ts";
import { countAsk, countWait } from "./seeing/attempt-metrics.ts";
import type { AttemptTrace } from "./seeing/attempt-trace.ts";

/** How long sealing the evidence may take before the answer goes on without it, in milliseconds. */
const EVIDENCE_PATIENCE = 60_000;

/** How long after its evidence an attempt's resources may be held at most, in milliseconds. */
const GIVING_BACK = 60_000;

/** What ends whatever still runs in the name of an attempt that is over. Made once, as it is no failure. */
const ATTEMPT_OVER = new BenthamError("INTERRUPTED", "the attempt is over");

/** What is to be tried. */
export interface AttemptRequest {
  /** Which attempt of the job, from 1. */
  readonly number: number;
  /** Failed attempts before this one. */
  readonly failures: number;
  /** Longest time from acquiring the first resource to the answer, in milliseconds. */
  readonly timeout: number;
  readonly evidence: EvidenceLevel;
  readonly permitAsk: PermitAsk;
  /** Sees the attempt's steps, where anyone traces. */
  readonly trace?: AttemptTrace | undefined;
  /** Ends the attempt; its reason says why. */
  readonly signal?: AbortSignal | undefined;
  /** The attempt's own from now on: its maker ends the attempt by it, and the attempt what still runs when it is over. */
  readonly controller?: AbortController | undefined;
}

/** Why there is no answer that counts. */
export interface Failure extends ErrorClassification {
  /** Without a secret. */
  readonly message: string;
  /** Most retries of it, where the job says so. @default what its code says */
  readonly retryLimit?: number;
}

/** How an attempt ended. */
export interface EndedAttempt {
  readonly outcome: Outcome;
  /** There when there is no answer that counts. */
  readonly failure?: Failure;
  readonly result: JobResult;
  /** Whether its credential, where it was told to wait, rests by itself, and the pool has others. */
  readonly restsCredential?: boolean;
}

/**
 * One try of a job, from its first resource to its verdict. It owns what it leases: disposing it ends everything that
 * still runs in its name and gives all of it back, whatever happened.
 */
export class Attempt implements AsyncDisposable {
  readonly #parts: ExecutorParts;
  readonly #job: Job;
  readonly #request: AttemptRequest;
  readonly #name: AttemptName;
  readonly #controller: AbortController;
  readonly #gate: AskGate;
  readonly #executedAt: Date;
  readonly #startedAt: number;
  readonly #unlink: () => void;
  readonly #secrets: Secret[] = [];
  #resources: Partial<JobResources> = {};
  #recording: Recording = noRecording;
  #evidence: Promise<Evidence | undefined> | undefined;
  #ended: EndedAttempt | undefined;

  constructor(parts: ExecutorParts, job: Job, request: AttemptRequest) {
    this.#parts = parts;
    this.#job = job;
    this.#request = request;
    this.#controller = request.controller ?? new AbortController();
    const lane = laneOf(job.surfaceId, job.credentialPool);
    this.#name = { jobId: job.jobId, attempt: request.number, lane };
    this.#executedAt = new Date(parts.clock.now());
    this.#startedAt = parts.clock.monotonic();
    this.#unlink = this.#abortInTime();
    const onAsk = (ask: number): void => {
      countAsk(job);
      this.#recording.step?.(ask === 1 ? "ask" : `ask ${ask}`);
      parts.telemetry.tell("job:ask", { ...this.#name, ask });
    };
    const onWait = (reason: string, waitMs: number): void => {
      countWait(job, reason, waitMs);
      parts.telemetry.tell("job:wait", { ...this.#name, reason, waitMs });
    };
    this.#gate = createAskGate(request.permitAsk, this.#signal, parts.clock, onAsk, onWait);
    parts.telemetry.tell("job:start", this.#name);
  }

  get #signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Leases credential, proxy and, where it is needed, session. */
  async acquire(needs: AdapterNeeds = {}): Promise<JobResources> {
    const terms = { signal: this.#signal, neededFor: this.#request.timeout + EVIDENCE_PATIENCE + GIVING_BACK };
    const resources = await acquireResources(this.#parts, this.#job, needs, terms, (secrets) => {
      this.#secrets.push(...secrets);
    });
    this.#resources = resources;
    this.#parts.telemetry.tell("resources:acquire", { ...this.#name, ...idsOf(resources) });
    return resources;
  }

  /** Starts the recording. */
  async record(adapter: SurfaceAdapter, resources: JobResources): Promise<void> {
    const { evidenceCollector } = this.#parts;
    if (!evidenceCollector || this.#request.evidence === "none") return;
    const beginning = evidenceCollector.begin({
      job: this.#job,
      attempt: this.#request.number,
      level: this.#request.evidence,
      adapter: { name: adapter.name, version: adapter.version },
      ...(adapter.reading ? { reading: adapter.reading } : {}),
      acquiringMs: this.#parts.clock.monotonic() - this.#startedAt,
      ...idsOf(resources),
      ...(resources.proxy.facts ? { proxyFacts: resources.proxy.facts } : {}),
      ...(resources.session ? { session: resources.session } : {}),
      secrets: this.#secrets,
    });
    this.#recording = await untilAborted(beginning, this.#signal, (late) => void this.#discard(late));
  }

  /** Lets the adapter ask, in front of nothing that could hold it up longer than the attempt may last. */
  async ask(adapter: SurfaceAdapter, resources: JobResources): Promise<Answer> {
    const input = this.#inputFor(resources);
    const context: AskContext = {
      ...resources,
      ...(input ? { input } : {}),
      signal: this.#signal,
      fetch: this.#fetchThrough(resources),
      beforeAsk: () => this.#gate.beforeAsk(),
      recording: this.#recording,
      clock: this.#parts.clock,
      deadline: this.#startedAt + this.#request.timeout,
    };
    const answer = await untilAborted(adapter.ask(this.#job, context), this.#signal);
    if (this.#gate.asks === 0) {
      throw new BenthamError(
        "INTERNAL",
        `adapter ${adapter.name} answered without calling beforeAsk: no ask was counted`,
      );
    }
    if (typeof answer.text !== "string") {
      throw new BenthamError("INTERNAL", `adapter ${adapter.name} gave an answer without a text`);
    }
    return scrubAnswer(answer, this.#secrets);
  }

  /** Seals the evidence; the first ending counts. It never fails the job: what is missing is said in it. */
  async seal(ending: RecordingEnding): Promise<void> {
    if (this.#evidence) return void (await this.#evidence);
    this.#evidence = this.#sealInTime(ending);
    const evidence = await this.#evidence;
    this.#parts.telemetry.tell("evidence:seal", {
      ...this.#name,
      ...(evidence?.bagPath === undefined ? {} : { bagPath: evidence.bagPath }),
    });
  }

  /** Judges the answer, and ends the attempt with it: one that does not pass its gates is kept beside the failure. */
  async judge(answer: Answer): Promise<EndedAttempt> {
    const verdict = this.#parts.validator.validate(this.#job, answer, await this.#evidence);
    const response: JobResult["response"] = {
      text: answer.text,
      responseTimeMs: answer.responseTimeMs,
      ...(answer.tokenCount === undefined ? {} : { tokenCount: answer.tokenCount }),
      ...(answer.inputTokens === undefined ? {} : { inputTokens: answer.inputTokens }),
      ...(answer.model === undefined ? {} : { model: answer.model }),
      ...(answer.finishReason === undefined ? {} : { finishReason: answer.finishReason }),
      ...(verdict.flags.length === 0 ? {} : { flags: [...verdict.flags] }),
      ...(answer.citations === undefined ? {} : { citations: [...answer.citations] }),
    };
    if (verdict.accepted) return (this.#ended = { outcome: "answered", result: await this.#result({ response }) });
    return this.#fail(this.#gateFailure(verdict), response);
  }

  /** Ends the attempt without an answer; its evidence is sealed all the same. */
  async fail(error: unknown): Promise<EndedAttempt> {
    const failure = await this.#causeOf(error);
    const partialText = isBenthamError(error) ? error.partialText : undefined;
    await this.seal({
      outcome: outcomeOf(failure, this.#resources.credential),
      error: { code: failure.code, message: failure.message },
      ...(partialText === undefined ? {} : { partialText }),
    });
    return this.#fail(failure);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { clock, telemetry } = this.#parts;
    this.#unlink();
    this.#controller.abort(ATTEMPT_OVER);
    telemetry.tell("resources:release", this.#name);
    if (this.#recording !== noRecording) await this.#discard(this.#recording);
    const ended = this.#ended;
    const ending = ended && {
      outcome: ended.outcome,
      ...(ended.failure ? { code: ended.failure.code } : {}),
      ...(ended.failure?.retryAfterMs === undefined ? {} : { retryAfterMs: ended.failure.retryAfterMs }),
    };
    await releaseResources(this.#resources, clock, ending, this.#tellStuck);
  }

  #inputFor({ session }: JobResources): HumanInput | undefined {
    if (!isInputPage(session?.page)) return undefined;
    return createHumanInput({
      page: session.page,
      behavior: this.#job.human,
      seed: `${this.#job.jobId}/${this.#request.number}`,
      // Whoever sits at a session is the same from job to job.
      personaSeed: `${this.#job.runId ?? this.#job.studyId}/${session.id}`,
      clock: this.#parts.clock,
      signal: this.#signal,
    });
  }

  readonly #tellStuck = (resource: string, error: unknown): void => {
    this.#parts.telemetry.tell("resources:stuck", { ...this.#name, resource, error });
  };

  #discard(recording: Recording): Promise<void> {
    return giveBackInTime("recording", () => recording.discard(), this.#parts.clock, this.#tellStuck);
  }

  /** Asked again only where the job says so, and never for a refusal, which another try would only repeat. */
  #gateFailure({ failures, flags }: Verdict): Failure {
    const error = new BenthamError("GATE_FAILED", `the answer does not pass its gates: ${failures.join("; ")}`);
    const retryLimit = flags.includes("refused") || flags.includes("filtered") ? 0 : (this.#job.gates?.retry ?? 0);
    return { ...this.#classify(error), isRetryable: retryLimit > 0, retryLimit };
  }

  async #fail(failure: Failure, response?: JobResult["response"]): Promise<EndedAttempt> {
    const { code, message, isRetryable } = failure;
    const result = await this.#result({
      ...(response ? { response } : {}),
      error: { code, message, isRetryable, retryCount: this.#request.failures },
    });
    const { credential } = this.#resources;
    const outcome = outcomeOf(failure, credential);
    const restsCredential = (credential?.poolSize ?? 1) > 1;
    return (this.#ended = { outcome, failure, result: { ...result, outcome }, restsCredential });
  }

  /** The failure, or what was wrong with a resource and brought it about. */
  async #causeOf(error: unknown): Promise<Failure> {
    const failure = this.#classify(error);
    if (outcomeOf(failure) !== "failed") return failure;
    const cause = await diagnose(failure, this.#resources, this.#parts.clock);
    return cause ? this.#classify(cause) : failure;
  }

  #classify(error: unknown): Failure {
    const known = this.#isOwnAbort(error) ? new BenthamError("INTERNAL", "the adapter aborted itself") : error;
    const classification = classifyError(known, { now: this.#parts.clock.now() });
    return { ...classification, message: scrubSecrets(messageOf(error), this.#secrets) };
  }

  /**
   * Whether the adapter aborted a request of its own without saying why, as nobody has ended the attempt. That is a
   * failure: taken for a cancellation, it would go back to the queue unspent, to be asked and paid for without end.
   */
  #isOwnAbort(error: unknown): boolean {
    return (
      !this.#signal.aborted &&
      classifyError(error).code === "CANCELLED" &&
      !factsOf(error).some((facts) => isBenthamError(facts.error))
    );
  }

  async #result(ending: Pick<JobResult, "response" | "error">): Promise<JobResult> {
    const job = this.#job;
    const evidence = await this.#evidence;
    const { credentialId, proxyId, sessionId } = idsOf(this.#resources);
    return {
      jobId: job.jobId,
      studyId: job.studyId,
      surfaceId: job.surfaceId,
      locationId: job.locationId,
      queryId: job.queryId,
      success: ending.error === undefined,
      ...ending,
      ...(evidence ? { evidence } : {}),
      metadata: {
        executedAt: this.#executedAt,
        executionTimeMs: Math.round(this.#parts.clock.monotonic() - this.#startedAt),
        ...(proxyId === undefined ? {} : { proxyUsed: proxyId }),
        ...(sessionId === undefined ? {} : { sessionId }),
        ...(credentialId === undefined ? {} : { credentialId }),
        attempts: this.#request.number,
        asks: this.#gate.asks,
        ...trafficOf(this.#resources),
      },
      outcome: "answered",
      ...(job.runId === undefined ? {} : { runId: job.runId }),
      ...(job.repeat === undefined ? {} : { repeat: job.repeat }),
    };
  }

  /** The way out: recorded, ended with the attempt, and following no redirect, which could carry a key elsewhere. */
  #fetchThrough(resources: JobResources): Fetch {
    const fetch = this.#recording.record(resources.proxy.fetch ?? globalThis.fetch);
    return (input, init) => {
      const own = init?.signal ?? (input instanceof Request ? input.signal : undefined);
      const signal = own ? AbortSignal.any([own, this.#signal]) : this.#signal;
      return fetch(input, { ...init, signal, redirect: "manual" });
    };
  }

  async #sealInTime(ending: RecordingEnding): Promise<Evidence | undefined> {
    if (this.#recording === noRecording) return undefined;
    try {
      return await withinTime(this.#recording.finish(ending), this.#parts.clock, EVIDENCE_PATIENCE, () =>
        this.#noEvidence(`the evidence was not sealed within ${EVIDENCE_PATIENCE} ms`),
      );
    } catch (error) {
      return this.#noEvidence(scrubSecrets(messageOf(error), this.#secrets));
    }
  }

  #noEvidence(reason: string): Evidence {
    return { sha256Hash: "", capturedAt: new Date(this.#parts.clock.now()), state: "failed", reasons: [reason] };
  }

  /** Aborts the attempt when its time is up or when it is told to stop; gives what undoes that. */
  #abortInTime(): () => void {
    const { signal: outer, timeout } = this.#request;
    const stopTimer = startTimer(this.#parts.clock, timeout, () => {
      this.#controller.abort(new BenthamError("TIMEOUT", `no answer within ${timeout} ms`));
    });
    const stop = (): void => this.#controller.abort(stopReason(outer?.reason));
    if (outer?.aborted) stop();
    else outer?.addEventListener("abort", stop, { once: true });
    return () => {
      stopTimer();
      outer?.removeEventListener("abort", stop);
    };
  }
}

/** Why the caller ended the attempt; a reason of the caller's own making cancels it. */
function stopReason(reason: unknown): unknown {
  if (isBenthamError(reason) || reason instanceof DOMException) return reason;
  return new BenthamError("CANCELLED", "the job was stopped by its caller", { cause: reason });
}

/** What went through the proxy, where it counts. */
function trafficOf({ proxy }: Partial<JobResources>): Pick<JobResult["metadata"], "proxyTraffic"> {
  const proxyTraffic = proxy?.traffic?.();
  return proxyTraffic ? { proxyTraffic } : {};
}

function idsOf(resources: JobResources): { proxyId: string; sessionId?: string; credentialId?: string };
function idsOf(resources: Partial<JobResources>): { proxyId?: string; sessionId?: string; credentialId?: string };
function idsOf(resources: Partial<JobResources>): { proxyId?: string; sessionId?: string; credentialId?: string } {
  return {
    ...(resources.proxy ? { proxyId: resources.proxy.id } : {}),
    ...(resources.session ? { sessionId: resources.session.id } : {}),
    ...(resources.credential ? { credentialId: resources.credential.id } : {}),
  };
}
