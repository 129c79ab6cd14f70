import type { Observation } from "./observe-page.ts";

/** How long an unchanged text has been complete for, in milliseconds, before it counts as the answer. */
const STABLE_MS = 1_500;

/** How often in a row everything must say that the answer is complete. */
const DONE_LOOKS = 2;

/** What is seen of the request that asks, where the surface's definition knows it. */
export type AskRequest = "unknown" | "running" | "ended";

/** One look at the page, and when it was, by the monotonic clock. */
export interface Look {
  readonly at: number;
  readonly page: Pick<Observation, "answers" | "text" | "isBusy" | "done">;
  readonly request: AskRequest;
}

/**
 * Where an answer stands: nothing of it is there; it is being written; it looks complete, but not yet for long enough; it
 * is complete; or it was there and is gone again.
 */
type WatchState = "waiting" | "answering" | "settling" | "complete" | "vanished";

/** What watching an answer has come to. */
export interface Watch {
  readonly state: WatchState;
  /** The last text that was there. */
  readonly text: string;
  /** When it changed last. */
  readonly changedAt: number;
  /** How many looks in a row everything said that it is complete. */
  readonly doneLooks: number;
}

/** A watch before the first look. */
export function startWatch(at: number): Watch {
  return { state: "waiting", text: "", changedAt: at, doneLooks: 0 };
}

/**
 * The watch after one more look. An answer is complete when its done control is there, inside of it, nothing says that it
 * is still being written, its stream has ended, and its text has not changed for a while: a missing stop button alone, or
 * a line of status text that stands still, proves nothing.
 *
 * @param before How many answers there were before the question was sent.
 */
export function nextWatch(watch: Watch, { at, page, request }: Look, before: number): Watch {
  if (page.answers <= before) {
    return watch.state === "waiting" ? watch : { ...watch, state: "vanished" };
  }
  const changed = page.text !== watch.text;
  const changedAt = changed ? at : watch.changedAt;
  const looksDone = page.done !== null && !page.isBusy && request !== "running" && page.text.trim() !== "";
  const doneLooks = looksDone ? watch.doneLooks + 1 : 0;
  const isComplete = doneLooks >= DONE_LOOKS && at - changedAt >= STABLE_MS;
  const state: WatchState = isComplete ? "complete" : looksDone ? "settling" : "answering";
  return { state, text: page.text, changedAt, doneLooks };
}
