import { type AskPermit, BenthamError, type Clock, untilAborted } from "@bentham/core";

/** The longest wait in front of an attempt's first question; a longer one gives the job back, in milliseconds. */
const LONGEST_FIRST_WAIT = 1000;

/** Asks the queue whether a question may go out. */
export type PermitAsk = () => Promise<AskPermit>;

/** Counts the questions of one attempt, and lets each out only when it may go. */
export interface AskGate {
  /** Questions let out so far. */
  readonly asks: number;
  /**
   * Returns when the next question may go out.
   *
   * @throws BenthamError LEASE_LOST, CANCELLED, INTERRUPTED, BUDGET_EXHAUSTED or DEADLINE_EXCEEDED when none may;
   *   NO_RESOURCE when the first one would have to wait for more than a second; or the signal's reason.
   */
  beforeAsk(): Promise<void>;
}

export function createAskGate(
  permitAsk: PermitAsk,
  signal: AbortSignal,
  clock: Clock,
  onAsk: (ask: number) => void,
  onWait: (reason: string, waitMs: number) => void = () => {},
): AskGate {
  let asks = 0;
  return {
    get asks() {
      return asks;
    },
    async beforeAsk() {
      for (;;) {
        signal.throwIfAborted();
        const permit = await untilAborted(permitAsk(), signal);
        if (permit.kind === "stop") throw stopError(permit.reason);
        if (permit.kind === "wait" && asks === 0 && permit.waitMs > LONGEST_FIRST_WAIT) throw deferral(permit);
        if (permit.kind === "go") break;
        // A wait is never nothing: asked again at once, the queue would keep everybody else from their turn.
        const waitMs = Math.max(1, permit.waitMs);
        onWait(permit.reason, waitMs);
        await clock.sleep(waitMs, signal);
      }
      asks += 1;
      onAsk(asks);
    },
  };
}

function deferral(permit: Extract<AskPermit, { kind: "wait" }>): BenthamError {
  const reasons = { rate: "its rate limit", breaker: "its breaker is open", paused: "it is paused" };
  return new BenthamError(
    "NO_RESOURCE",
    `the surface must wait for ${Math.ceil(permit.waitMs / 1000)} s: ${reasons[permit.reason]}`,
    { retryAfterMs: permit.waitMs },
  );
}

function stopError(reason: Extract<AskPermit, { kind: "stop" }>["reason"]): BenthamError {
  switch (reason) {
    case "lost":
      return new BenthamError("LEASE_LOST", "the lease was lost before the question went out");
    case "cancelled":
      return new BenthamError("CANCELLED", "the run was cancelled");
    case "paused":
      return new BenthamError("INTERRUPTED", "the run was paused");
    case "budget":
      return new BenthamError("BUDGET_EXHAUSTED", "the run's budget of calls is spent");
    case "deadline":
      return new BenthamError("DEADLINE_EXCEEDED", "the run's deadline has passed");
  }
}
