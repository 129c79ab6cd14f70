import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Benchmark, table } from "./benchmark.ts";
import { sealedRunIn } from "./support/sealed-run.ts";
import type { VerifiedFolder } from "./support/verify-in-a-process.ts";

const verifier = fileURLToPath(new URL("./support/verify-in-a-process.ts", import.meta.url));

/** Longest that a thousand bags may take, in milliseconds. */
const AIM = 5000;

/** How many times the memory for a tenth of the bags all of them may take: what grows with them is told. */
const MOST_GROWTH = 1.5;

/** Time and memory of checking a run's bags, signatures, stamp and root, in a process of its own. */
export const benchmark: Benchmark = {
  title:
    "checking the evidence of a run in a process of its own, beside sha256sum -c alone over the same files; --bags 1000",
  async run(flags) {
    const bags = Number(flags["bags"] ?? 1000);
    await using folder = await mkdtempDisposable(join(tmpdir(), "bentham-bench-"));
    const rows = [];
    for (const count of [Math.ceil(bags / 10), bags]) {
      const place = join(folder.path, String(count));
      await sealedRunIn(place, count);
      rows.push({ count, ...(await verified(place)), sha256sumMs: await sha256sum(place) });
    }
    const [few, all] = rows;
    const failures = rows.filter(({ problems }) => problems > 0).map(({ count }) => `${count} bags do not verify`);
    if (all && all.ms > (AIM * bags) / 1000)
      failures.push(`${bags} bags took ${all.ms.toFixed(0)} ms: more than 5 ms each`);
    if (few && all && all.peakMb > MOST_GROWTH * few.peakMb) failures.push("memory grows with the number of bags");
    const cells = rows.map((row) => [
      String(row.count),
      String(row.files),
      row.ms.toFixed(0),
      row.cpuMs.toFixed(0),
      row.peakMb.toFixed(0),
      row.sha256sumMs.toFixed(0),
    ]);
    return { text: table(["bags", "files", "ms", "CPU ms", "peak RSS MB", "sha256sum ms"], cells), failures };
  },
};

async function verified(place: string): Promise<VerifiedFolder> {
  const child = fork(verifier, [place], { execArgv: [...process.execArgv] });
  const [told]: VerifiedFolder[] = await once(child, "message");
  if (!told) throw new Error("the verifier ended without a word");
  return told;
}

async function sha256sum(place: string): Promise<number> {
  const since = performance.now();
  const each = 'cd "$(dirname "$1")" && sha256sum --check --quiet manifest-sha256.txt tagmanifest-sha256.txt';
  await promisify(execFile)("find", [place, "-name", "bagit.txt", "-exec", "sh", "-c", each, "sh", "{}", ";"]);
  return performance.now() - since;
}
