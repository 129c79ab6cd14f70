export {
  type AnswerFlag,
  type CheckState,
  type Citation,
  decodeJobResult,
  encodeJobResult,
  type EvidenceState,
  type JobResult,
} from "./job-result.ts";
export { EVIDENCE_LEVELS, type EvidenceLevel, type Job, type QualityGates, type SurfaceSettings } from "./job.ts";
export { type CellKey, DIRECT, jobIdOf, laneOf, type LocationId, type SurfaceId } from "./ids.ts";
export { type CellState, ENDED_STATES, type EndedState, type Outcome } from "./outcome.ts";

export { BenthamError, type BenthamErrorOptions, isBenthamError } from "./errors/bentham-error.ts";
export {
  ERROR_CODES,
  type ErrorCategory,
  type ErrorCode,
  type ErrorTraits,
  isErrorCode,
  type SuggestedAction,
  traitsOf,
} from "./errors/error-codes.ts";

export { DEFAULT_RETRY_STRATEGY, type RetryStrategy } from "./config/retry-strategy.ts";
export {
  DEFAULT_HUMAN_BEHAVIOR,
  type HumanBehaviorConfig,
  type HumanBehaviorOptions,
  type HumanSpeed,
  type KeyboardName,
  type MillisecondRange,
} from "./config/human-behavior.ts";
export { KEY_NAMES, keyNameProblem } from "./config/key-names.ts";

export type {
  AdapterNeeds,
  Answer,
  AskContext,
  ExchangeReading,
  SurfaceAdapter,
  SurfaceAdapterRegistry,
} from "./ports/surface-adapter.ts";
export type { ResourceRequest } from "./ports/resource-request.ts";
export type { SessionLease, SessionPool, SessionRequest } from "./ports/session-pool.ts";
export type {
  BrowserRoute,
  Place,
  ProxyLease,
  ProxyManager,
  ProxyRequest,
  ProxyTraffic,
} from "./ports/proxy-manager.ts";
export type { Box, HumanInput, InputTarget, TypeOptions, WriteOptions } from "./ports/human-input.ts";
export type {
  CredentialCookie,
  CredentialLease,
  CredentialMaterial,
  CredentialType,
  CredentialVault,
} from "./ports/credential-vault.ts";
export type {
  Evidence,
  EvidenceCollector,
  PictureTarget,
  Recording,
  RecordingEnding,
  RecordingRequest,
} from "./ports/evidence-collector.ts";
export type { EvidenceStore, StoredBag, StoredBagFile, StoreTrouble } from "./ports/evidence-store.ts";
export type { Validator, Verdict } from "./ports/validator.ts";
export type { Reporter } from "./ports/reporter.ts";
export type {
  AskPermit,
  AttemptEnding,
  AttemptRef,
  ClaimedJob,
  ClaimBounds,
  ClaimRequest,
  HeldLeases,
  JobQueue,
  LaneStanding,
  LaterRequest,
  ParkedEnding,
  Pause,
  PauseScope,
  Settlement,
  Taken,
  Wait,
  WaitReason,
} from "./ports/job-queue.ts";
export type {
  CellFilter,
  CellReason,
  LaneReport,
  Ledger,
  OnUncertain,
  OpenedRun,
  OpenRunRequest,
  PlannedCell,
  PlannedQuery,
  PlannedSurface,
  RunCell,
  Run,
  RunPlan,
  RunSettings,
  RunStore,
} from "./ports/run-store.ts";
export type { AnonymousPlace, Inbox, InboxEnding, InboxItem } from "./ports/inbox.ts";
export type { ArchivedLine, RunArchive } from "./ports/run-archive.ts";
export type { SharedState } from "./ports/shared-state.ts";
export { createMemoryState } from "./memory-state.ts";

export {
  type BreakerState,
  FRESH_LANE,
  type LaneEvent,
  type LaneLimits,
  type LaneState,
  type LimiterState,
} from "./lane/lane-state.ts";
export { type AskedSurface, isWithin } from "./within-bounds.ts";
export { takeTurn, type Turn, TURN_AHEAD } from "./lane/take-turn.ts";
export { paceOf } from "./lane/pace.ts";
export { nextLaneState, reserveAsk, type ReservedAsk } from "./lane/next-lane-state.ts";

export { costOf, highestCost, NANOS_PER_USD, type SurfacePrice, type Usage } from "./config/surface-price.ts";
export { type Clock, systemClock } from "./clock.ts";
export { type Random, seededRandom, systemRandom } from "./random.ts";
export { Secret } from "./secret.ts";
export { KnownValues, SHORTEST_KNOWN_VALUE } from "./known-values.ts";
export { scrubSecrets } from "./scrub-secrets.ts";
export { type Lease, type LeaseEnding, type LeaseTerms, leaseOf } from "./lease.ts";
export { Events, type EventSource, type Unsubscribe } from "./events.ts";
export { untilAborted } from "./waiting.ts";
export { startTimer, withinTime } from "./time-limit.ts";
export { hasEnded, processMark } from "./process-mark.ts";
export type { Fetch } from "./fetch.ts";
export { didYouMean, nearest } from "./nearest.ts";
export { canonicalJson, type Json } from "./canonical-json.ts";
export { isJsonPointer, valuesAt } from "./json-pointer.ts";
