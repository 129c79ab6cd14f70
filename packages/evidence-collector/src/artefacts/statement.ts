import {
  canonicalJson,
  DIRECT,
  type Json,
  type RecordingEnding,
  type RecordingRequest,
  SHORTEST_KNOWN_VALUE,
} from "@bentham/core";
import { checkAsJson, type ThreeWayCheck } from "../check/three-way-check.ts";
import type { Exchange } from "../exchange/exchange.ts";
import type { Members, Redactor } from "../redact/redactor.ts";
import { sha256OfFile } from "../sha256.ts";
import type { Software } from "../software.ts";
import type { Artefact } from "./artefact.ts";
import { hostsOf } from "./hosts.ts";

/** Something that is missing from the evidence. */
export interface Gap {
  /** The file that is missing, or not whole. */
  readonly artefact: string;
  readonly reason: string;
}

/** What a statement is made of. */
export interface StatementFacts {
  readonly request: RecordingRequest;
  readonly ending: RecordingEnding;
  readonly software: Software;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly durationMs: number;
  /** Facts about how the question was asked, by their names. */
  readonly notes: Members;
  /** When each step was reached, in milliseconds from the start, in their order. */
  readonly steps: readonly { readonly step: string; readonly atMs: number }[];
  /** What the page said of itself. */
  readonly pageFacts: Members | undefined;
  /** How the text of the result compares with the other records of it; absent where there is no answer. */
  readonly check: ThreeWayCheck | undefined;
  /** Without secrets. */
  readonly exchanges: readonly Exchange[];
  readonly artefacts: readonly Artefact[];
  readonly gaps: readonly Gap[];
  /** Fingerprint of the key that the bag is signed with. */
  readonly signedBy: string | undefined;
}

/** The evidence's own account of itself: who asked what, when and how, how it ended, what is kept and what is missing. */
export function statementOf(facts: StatementFacts, redactor: Redactor): Artefact {
  // The account first: what is taken out of it belongs in the list, too.
  const account = redactor.members(accountOf(facts, redactor), "statement");
  const statement = { ...account, redaction: redactionOf(redactor) };
  return { path: "data/evidence.json", mediaType: "application/json", bytes: Buffer.from(canonicalJson(statement)) };
}

function accountOf(facts: StatementFacts, redactor: Redactor): Members {
  const { request, ending, software, exchanges, artefacts, gaps } = facts;
  const { job } = request;
  return {
    format: "bentham-evidence/1",
    level: request.level,
    job: {
      jobId: job.jobId,
      runId: job.runId,
      studyId: job.studyId,
      queryId: job.queryId,
      surfaceId: job.surfaceId,
      locationId: job.locationId,
      repeat: job.repeat,
      attempt: request.attempt,
    },
    query: job.query,
    surface: surfaceOf(request, redactor),
    gates: job.gates && { ...job.gates },
    adapter: { name: request.adapter.name, version: request.adapter.version },
    signature: facts.signedBy === undefined ? "none" : { algorithm: "ecdsa-p256-sha256", keySha256: facts.signedBy },
    collector: { name: software.name, version: software.version, node: process.version },
    proxyId: request.proxyId,
    proxy: request.proxyFacts,
    sessionId: request.sessionId,
    session: request.session?.facts,
    page: pageOf(facts, redactor),
    notes: Object.keys(facts.notes).length === 0 ? undefined : facts.notes,
    credentialId: request.credentialId,
    startedAt: facts.startedAt.toISOString(),
    endedAt: facts.endedAt.toISOString(),
    durationMs: facts.durationMs,
    steps: stepsOf(facts),
    outcome: ending.outcome,
    error: ending.error && {
      code: ending.error.code,
      message: redactor.url(ending.error.message, "statement"),
    },
    check: facts.check && checkAsJson(facts.check),
    hosts: hostsOf(exchanges, request.proxyId === DIRECT),
    exchanges: exchanges.map((exchange) => summaryOf(exchange)),
    bodies: "as read by the client, without transfer and content encodings",
    artefacts: artefacts.map(({ path, mediaType, bytes }) => {
      return { path, mediaType, bytes: bytes.length, sha256: sha256OfFile(bytes) };
    }),
    gaps: gaps.map(({ artefact, reason }) => ({ artefact, reason })),
  };
}

/** The first one, which was over before anything was recorded, lies before the start. */
function stepsOf({ request, steps }: StatementFacts): Json[] {
  const acquiring =
    request.acquiringMs === undefined ? [] : [{ step: "acquire", atMs: -Math.round(request.acquiringMs) }];
  return [...acquiring, { step: "record", atMs: 0 }, ...steps.map(({ step, atMs }) => ({ step, atMs }))];
}

function pageOf({ pageFacts }: StatementFacts, redactor: Redactor): Json | undefined {
  if (!pageFacts) return undefined;
  const { url } = pageFacts;
  return { ...pageFacts, ...(typeof url === "string" ? { url: redactor.url(url, "statement") } : {}) };
}

function surfaceOf({ job }: RecordingRequest, redactor: Redactor): Json | undefined {
  const { surface } = job;
  return {
    adapter: surface?.adapter,
    baseURL: surface?.baseURL === undefined ? undefined : redactor.url(surface.baseURL, "statement"),
    model: surface?.model,
    maxOutputTokens: surface?.maxOutputTokens,
    temperature: surface?.temperature,
    system: surface?.system,
  };
}

/** What is told of an exchange where its bodies are not kept, too. */
function summaryOf({ request, response, startedAt, waitMs, receiveMs, ending, failure, messages }: Exchange): Json {
  return {
    method: request.method,
    url: request.url,
    requestBytes: request.body?.length ?? 0,
    status: response?.status,
    responseBytes: response?.body.length,
    messages: messages?.length,
    startedAt: startedAt.toISOString(),
    waitMs,
    receiveMs,
    ending,
    failure,
  };
}

function redactionOf(redactor: Redactor): Json {
  const { count, tooShort } = redactor.known;
  return {
    knownValues: count,
    // These went from the places they belong in, and from nowhere else.
    knownValuesTooShort: tooShort,
    shortestKnownValue: SHORTEST_KNOWN_VALUE,
    removed: redactor.redactions().map(({ kind, name, where, count: times }) => ({ kind, name, where, count: times })),
  };
}
