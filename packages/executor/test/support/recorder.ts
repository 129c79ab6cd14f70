import type { Evidence, EvidenceCollector, Recording, RecordingEnding, RecordingRequest } from "@bentham/core";

/** What an evidence collector was told. */
export interface RecordedAttempt {
  readonly request: RecordingRequest;
  readonly ending?: RecordingEnding;
  readonly urls: readonly string[];
  readonly discarded: boolean;
}

/** How a collector behaves. */
export interface RecorderManner {
  readonly begin?: () => Promise<void>;
  readonly finish?: () => Promise<void>;
  readonly discard?: () => Promise<void>;
}

/** A collector that keeps what it is told in memory, as a user's own might. */
export function openRecorder(manner: RecorderManner = {}): {
  collector: EvidenceCollector;
  attempts: RecordedAttempt[];
} {
  const attempts: RecordedAttempt[] = [];
  const collector: EvidenceCollector = {
    async begin(request): Promise<Recording> {
      await manner.begin?.();
      const index = attempts.length;
      const urls: string[] = [];
      const note = (members: Partial<RecordedAttempt>): void => {
        const attempt = attempts[index];
        if (attempt) attempts[index] = { ...attempt, ...members };
      };
      attempts.push({ request, urls, discarded: false });
      return {
        record: (fetch) => (input, init) => {
          urls.push(input instanceof Request ? input.url : String(input));
          return fetch(input, init);
        },
        async finish(ending): Promise<Evidence> {
          await manner.finish?.();
          note({ ending });
          return {
            sha256Hash: "0".repeat(64),
            capturedAt: new Date(0),
            bagPath: `${request.job.jobId}/${request.attempt}`,
            state: "complete",
          };
        },
        async discard() {
          await manner.discard?.();
          note({ discarded: true });
        },
      };
    },
  };
  return { collector, attempts };
}
