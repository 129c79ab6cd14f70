import type { Json } from "../canonical-json.ts";
import type { Clock } from "../clock.ts";
import type { Fetch } from "../fetch.ts";
import type { AnswerFlag, Citation } from "../job-result.ts";
import type { Job } from "../job.ts";
import type { CredentialLease } from "./credential-vault.ts";
import type { Recording } from "./evidence-collector.ts";
import type { HumanInput } from "./human-input.ts";
import type { ProxyLease } from "./proxy-manager.ts";
import type { SessionLease } from "./session-pool.ts";

/** What an adapter needs leased before it can ask. */
export interface AdapterNeeds {
  /** A browser session. An API needs none. @default false */
  readonly session?: boolean;
  /**
   * The address of the page that a session is for, unless the job's `baseURL` says another: cookies of a credential are put
   * into a session for its host. @default only the job says it
   */
  readonly site?: string;
}

/** What a surface answered. */
export interface Answer {
  readonly text: string;
  /** From the question to the end of the answer, in milliseconds. */
  readonly responseTimeMs: number;
  readonly tokenCount?: number;
  /** Tokens of the question, as the surface counts them. */
  readonly inputTokens?: number;
  /** The model that answered, which may be another than the one asked for. */
  readonly model?: string;
  readonly finishReason?: string;
  /** A refusal is an answer: it is flagged, never retried. */
  readonly flags?: readonly AnswerFlag[];
  readonly citations?: readonly Citation[];
}

/** What an adapter is given for one attempt. */
export interface AskContext {
  /** Ends every wait: at the attempt's deadline, at cancel, at shutdown. Its reason tells which. */
  readonly signal: AbortSignal;
  /** The way out: through the job's proxy, recorded, its answers bounded in size. Follows no redirect. */
  readonly fetch: Fetch;
  /**
   * Stands in front of every question to the outside: it returns when the question may be sent, and counts it.
   * Rejects when it may not: the lease was lost, the run cancelled, the budget reached, the lane must wait.
   * An adapter lets that pass.
   */
  beforeAsk(): Promise<void>;
  readonly proxy: ProxyLease;
  /** There when the adapter's needs say so. */
  readonly session?: SessionLease;
  /** Input for the session's page; there when the session is. */
  readonly input?: HumanInput;
  /** There when the job names a pool. */
  readonly credential?: CredentialLease;
  readonly recording: Recording;
  readonly clock: Clock;
  /** When the attempt is ended at the latest, by the clock's `monotonic`. @default never */
  readonly deadline?: number;
}

/** How to read what was sent and received, so that the evidence can compare it, and leave out what must not be kept. */
export interface ExchangeReading {
  /** Part of the path of the request that asks. @default the last request that was answered asks */
  readonly path?: string;
  /**
   * The text of the answer that one JSON value holds: a whole body, one event of a stream, or one message of a WebSocket.
   * Gives nothing for a value without any. @default the text is looked for, and where it stands is not known
   */
  readonly textIn?: (value: Json) => string | undefined;
  /**
   * JSON pointers (RFC 6901), in which `*` stands for every item or member, to values that are secret wherever they are
   * sent or received. @default none beside those that are known by their names
   */
  readonly secretsAt?: readonly string[];
}

/** Asks one kind of surface. It keeps no state of a job. */
export interface SurfaceAdapter {
  /** Names the adapter in evidence and messages. */
  readonly name: string;
  /** Raised when its requests or its reading of answers change. */
  readonly version: string;
  readonly needs?: AdapterNeeds;
  readonly reading?: ExchangeReading;
  /**
   * Puts the job's query to the surface, in a fresh conversation, and reads the whole answer.
   *
   * @throws BenthamError, or the error of the library it asks with; `classifyError` knows both.
   */
  ask(job: Job, context: AskContext): Promise<Answer>;
}

/** Finds the adapter of a job. */
export interface SurfaceAdapterRegistry {
  /** @throws BenthamError SURFACE_UNKNOWN when no adapter asks that surface. */
  resolve(job: Job): SurfaceAdapter;
}
