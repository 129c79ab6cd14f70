import { readdir } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { findEvidence, verifyBag, verifyRun } from "@bentham/verify";

/** What checking a folder of evidence took. */
export interface VerifiedFolder {
  readonly ms: number;
  readonly cpuMs: number;
  readonly peakMb: number;
  readonly files: number;
  readonly problems: number;
}

const [folder = ""] = process.argv.slice(2);
const [since, cpu] = [performance.now(), process.cpuUsage()];
let [files, problems] = [0, 0];
for await (const found of findEvidence(folder)) {
  if ("stray" in found) problems += 1;
  else {
    const verified = await verifyBag(found.bag);
    files += verified.files;
    problems += verified.problems.length;
  }
}
for (const run of await readdir(folder)) {
  if (!run.startsWith(".")) problems += (await verifyRun(join(folder, run))).problems.length;
}
const { user, system } = process.cpuUsage(cpu);
const told: VerifiedFolder = {
  ms: performance.now() - since,
  cpuMs: (user + system) / 1000,
  peakMb: process.resourceUsage().maxRSS / 1024,
  files,
  problems,
};
process.send?.(told);
