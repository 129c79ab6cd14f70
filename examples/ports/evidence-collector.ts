import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type EvidenceCollector, type Fetch, scrubSecrets } from "@bentham/core";

/** Keeps one JSON file per attempt: what was sent where, and how it ended. */
export function createEvidenceCollector(folder: string): EvidenceCollector {
  return {
    async begin({ job, attempt, secrets }) {
      const exchanges: { readonly url: string; readonly status: number }[] = [];
      const record = (fetch: Fetch): Fetch => {
        return async (input, init) => {
          const response = await fetch(input, init);
          exchanges.push({ url: response.url, status: response.status });
          return response;
        };
      };
      return {
        record,
        async finish(ending) {
          const bagPath = `${job.jobId}-${attempt}.json`;
          const content = scrubSecrets(JSON.stringify({ job, exchanges, ending }), secrets);
          await mkdir(folder, { recursive: true });
          await writeFile(join(folder, bagPath), content, { flag: "wx" });
          const sha256Hash = createHash("sha256").update(content).digest("hex");
          return { bagPath, sha256Hash, capturedAt: new Date(), state: "complete" };
        },
        async discard() {},
      };
    },
  };
}
