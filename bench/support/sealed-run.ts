import { mkdir } from "node:fs/promises";
import { DIRECT, type RunCell } from "@bentham/core";
import {
  createEvidenceCollector,
  createTimeStamper,
  openSigningKey,
  sealRun,
  stampRoot,
} from "@bentham/evidence-collector";
import { aJob, startTimeStampAuthority } from "@bentham/testbed";

const software = { name: "bench", version: "0" };
const [runId, study] = ["bench-1", "bench"];

/** What is recorded of a cell, in bytes: a long answer with its envelope. */
const RECORDED = 64_000;

/** Makes the evidence of a run of `count` answered cells in `folder`: recorded, signed, sealed and stamped. */
export async function sealedRunIn(folder: string, count: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const signingKey = await openSigningKey(`${folder}-key.pem`);
  const collector = createEvidenceCollector({ folder, software, signingKey });
  const cells: RunCell[] = [];
  for (let index = 0; index < count; index++) {
    const job = aJob({ runId, studyId: study, queryId: `q${index}`, surfaceId: "llm" });
    const adapter = { name: "bench", version: "0" };
    const recording = await collector.begin({ job, attempt: 1, level: "full", adapter, proxyId: DIRECT, secrets: [] });
    const ask = recording.record(async () => new Response("x".repeat(RECORDED)));
    await (await ask("http://surface.example/")).text();
    const evidence = await recording.finish({ outcome: "answered", answer: { text: "An answer.", responseTimeMs: 0 } });
    const { jobId, queryId, surfaceId, locationId } = job;
    const result = { jobId, studyId: study, queryId, surfaceId, locationId, success: true };
    cells.push({
      jobId,
      queryId,
      surfaceId,
      locationId,
      repeat: 1,
      state: "answered",
      generation: 1,
      result: {
        ...result,
        ...(evidence ? { evidence } : {}),
        metadata: { executedAt: new Date(0), executionTimeMs: 0 },
      },
    });
  }
  const others = { failed: 0, blocked: 0, cancelled: 0, skipped: 0, parked: 0, pending: 0 };
  const ledger = { planned: count, answered: count, ...others };
  const what = { runId, study, planHash: "0".repeat(64), ledger, timestamp: true };
  await sealRun({ ...what, folder, software, signingKey, cells: () => eachOf(cells) });
  await using authority = await startTimeStampAuthority();
  const stamper = createTimeStamper({ url: authority.url, authorities: [authority.certificate], fetch });
  await stampRoot({ folder, folderName: runId, number: 1 }, stamper, new AbortController().signal);
}

async function* eachOf<Item>(items: readonly Item[]): AsyncIterable<Item> {
  yield* items;
}
