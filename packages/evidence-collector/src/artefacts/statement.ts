import {
  canonicalJson,
  type Json,
  type RecordingEnding,
  type RecordingRequest,
  SHORTEST_KNOWN_VALUE,
} from "@bentham/core";
import type { Exchange } from "../exchange/exchange.ts";
import type { Members, Redactor } from "../redact/redactor.ts";
import { sha256 } from "../sha256.ts";
import type { Software } from "../software.ts";
import type { Artefact } from "./artefact.ts";

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
    sessionId: request.sessionId,
    session: request.session?.facts,
    notes: Object.keys(facts.notes).length === 0 ? undefined : facts.notes,
    credentialId: request.credentialId,
    startedAt: facts.startedAt.toISOString(),
    endedAt: facts.endedAt.toISOString(),
    durationMs: facts.durationMs,
    outcome: ending.outcome,
    error: ending.error && {
      code: ending.error.code,
      message: redactor.url(ending.error.message, "statement"),
    },
    exchanges: exchanges.map((exchange) => summaryOf(exchange)),
    bodies: "as read by the client, without transfer and content encodings",
    artefacts: artefacts.map(({ path, mediaType, bytes }) => {
      return { path, mediaType, bytes: bytes.length, sha256: sha256(bytes) };
    }),
    gaps: gaps.map(({ artefact, reason }) => ({ artefact, reason })),
  };
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
function summaryOf({ request, response, startedAt, waitMs, receiveMs, ending, failure }: Exchange): Json {
  return {
    method: request.method,
    url: request.url,
    requestBytes: request.body?.length ?? 0,
    status: response?.status,
    responseBytes: response?.body.length,
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
