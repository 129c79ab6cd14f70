/**
 * How an attempt ended. Only `failed` spends a retry.
 *
 * - `answered`: there is an answer.
 * - `failed`: there is none, for a reason of this cell.
 * - `deferred`: not now, for a reason of the surface or of a resource: 429, open breaker, no token, nothing free.
 * - `parked`: a person is needed.
 * - `interrupted`: the worker stopped, or lost its lease.
 * - `cancelled`: the run was cancelled.
 */
export type Outcome = "answered" | "failed" | "deferred" | "parked" | "interrupted" | "cancelled";

/**
 * Where a cell of a run stands. `pending` holds what waits and what runs. Every state but `pending` and `parked` has a
 * result row.
 */
export type CellState = "pending" | "parked" | "answered" | "failed" | "blocked" | "cancelled" | "skipped";

/** The states of a cell that has a result row. */
export const ENDED_STATES = ["answered", "failed", "blocked", "cancelled", "skipped"] as const;

/** A state of a cell that has a result row. */
export type EndedState = (typeof ENDED_STATES)[number];
