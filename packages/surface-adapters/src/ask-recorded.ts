import {
  type Answer,
  type AskContext,
  BenthamError,
  DIRECT,
  type Fetch,
  type Job,
  leaseOf,
  type SurfaceAdapter,
  systemClock,
} from "@bentham/core";

/** A question as it was sent, and what came back, bodies without transfer and content encodings. */
export interface RecordedQuestion {
  readonly method: string;
  readonly url: string;
  /** Absent when none came whole. */
  readonly response?: {
    readonly status: number;
    readonly statusText: string;
    readonly headers: readonly (readonly [name: string, value: string])[];
    readonly body: Uint8Array;
  };
}

/** Headers that are of the bytes on the wire, which are not what was recorded. */
const OF_THE_WIRE: ReadonlySet<string> = new Set(["content-encoding", "transfer-encoding", "content-length"]);

/** Statuses whose responses have no body (Fetch Standard, "null body status"). */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * Has an adapter ask what was asked before, and read what came back then. Nothing is sent: each of its questions is answered
 * by the recorded one in its place.
 *
 * @returns the answer as it is read today, without a time.
 * @throws BenthamError SURFACE_FEATURE_ABSENT when the adapter reads a page, or asks what was not recorded; else what the
 *   adapter throws for such an answer.
 */
export async function askRecorded(
  adapter: SurfaceAdapter,
  job: Job,
  questions: readonly RecordedQuestion[],
): Promise<Omit<Answer, "responseTimeMs">> {
  if (adapter.needs?.session) throw absent("its answer was read from a live page, which no record brings back");
  const { responseTimeMs, ...answer } = await adapter.ask(job, contextOf(replaying(questions)));
  void responseTimeMs; // That of a file; the one that counts was measured then.
  return answer;
}

function replaying(questions: readonly RecordedQuestion[]): Fetch {
  const left = [...questions];
  return async (input, init) => {
    const { method, url } = new Request(input, { method: init?.method ?? "GET" });
    const recorded = left.shift();
    if (!recorded) throw absent("today's adapter asks more than was recorded");
    if (recorded.method !== method || recorded.url !== url) {
      throw absent(`today's adapter asks ${method} ${url}, and ${recorded.method} ${recorded.url} was recorded`);
    }
    if (!recorded.response) throw absent("no whole response was recorded");
    const { status, statusText, headers, body } = recorded.response;
    const kept = headers.filter(([name]) => !OF_THE_WIRE.has(name.toLowerCase()));
    return new Response(WITHOUT_BODY.has(status) ? null : Buffer.from(body), {
      status,
      statusText,
      headers: kept.map(([name, value]) => [name, value]),
    });
  };
}

function contextOf(fetch: Fetch): AskContext {
  return {
    signal: new AbortController().signal,
    fetch,
    beforeAsk: async () => {},
    proxy: leaseOf(DIRECT, {}, () => {}),
    recording: { record: (way) => way, finish: async () => undefined, discard: async () => {} },
    clock: systemClock,
  };
}

function absent(why: string): BenthamError {
  return new BenthamError("SURFACE_FEATURE_ABSENT", why);
}
