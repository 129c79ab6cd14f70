import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Desk } from "./bentham.ts";
import { expectThat } from "./check.ts";

/** The log that {@link slowestGivenBack} reads, for `--log`. */
export const LOG = "events.jsonl";

/** How soon after its end an attempt must have given everything back, in milliseconds. */
const SOON = 10_000;

/**
 * How long the slowest attempt took to give back its slot, session, browser and folder, in milliseconds: from the end of
 * its work to the end of its giving back, when its end goes to the store.
 */
export async function slowestGivenBack(desk: Desk): Promise<number> {
  const lines = (await readFile(join(desk.folder, LOG), "utf8")).trimEnd().split("\n");
  const began = new Map<string, number>();
  let slowest = 0;
  for (const line of lines) {
    const { event, time, jobId, attempt } = JSON.parse(line);
    if (event === "resources:release") began.set(`${jobId}/${attempt}`, Date.parse(time));
    if (event !== "job:commit") continue;
    const since = began.get(`${jobId}/${attempt}`);
    expectThat(since !== undefined, `attempt ${attempt} of ${jobId} gave nothing back`);
    slowest = Math.max(slowest, Date.parse(time) - (since ?? 0));
  }
  expectThat(began.size > 0, "the log tells of no attempt");
  expectThat(slowest <= SOON, `an attempt took ${slowest} ms to give everything back`);
  return slowest;
}
