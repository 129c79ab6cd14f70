import { type BenthamError, type Clock, type ErrorCategory, withinTime } from "@bentham/core";
import type { JobResources } from "./resources.ts";
import type { ErrorClassification } from "./retry/classify-error.ts";

/** How long the resources of an attempt are asked what went wrong with them, in milliseconds. */
const PATIENCE = 3_000;

/** Failures in which the surface has spoken for itself: its words count, whatever became of the way to it. */
const OWN_WORDS: ReadonlySet<ErrorCategory> = new Set([
  "rate_limit",
  "quota",
  "auth",
  "invalid_request",
  "content_policy",
  "challenge",
]);

/**
 * What really went wrong where an attempt failed by its session or its proxy, which alone can tell: through a tunnel, a
 * broken proxy looks like a broken site, and a page cannot say that its browser was ended. Never rejects.
 */
export async function diagnose(
  { category }: ErrorClassification,
  { session, proxy }: Partial<JobResources>,
  clock: Clock,
): Promise<BenthamError | undefined> {
  if (OWN_WORDS.has(category)) return undefined;
  for (const resource of [session, proxy]) {
    if (!resource?.diagnose) continue;
    const asking = withinTime(resource.diagnose(), clock, PATIENCE, () => undefined);
    const [answer] = await Promise.allSettled([asking]);
    if (answer.status === "fulfilled" && answer.value) return answer.value;
  }
  return undefined;
}
