import { type Answer, type Job, type RecordingEnding, type RecordingRequest, Secret } from "@bentham/core";

/** A job of no matter. */
export function aJob(part: Partial<Job> = {}): Job {
  return {
    jobId: "0c6b1b7e-5d0e-5c1f-9a34-6d1c3a2b4e5f",
    studyId: "brand-check",
    runId: "brand-check-1",
    queryId: "q1",
    surfaceId: "openai-api",
    locationId: "direct",
    query: "Which running shoes last longest?",
    ...part,
  };
}

/** A request to record its first attempt. */
export function aRequest(part: Partial<RecordingRequest> = {}, secrets: readonly string[] = []): RecordingRequest {
  return {
    job: aJob(),
    attempt: 1,
    level: "full",
    adapter: { name: "openai", version: "1" },
    proxyId: "direct",
    secrets: secrets.map((secret) => new Secret(secret)),
    ...part,
  };
}

/** An attempt that ended with an answer. */
export function answered(text = "The ones you like.", part: Partial<Answer> = {}): RecordingEnding {
  return { outcome: "answered", answer: { text, responseTimeMs: 1200, ...part } };
}

export const SOFTWARE = { name: "bentham", version: "0.1.0" };
