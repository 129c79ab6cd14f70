import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Fault } from "../fault.ts";
import { expectEqual, expectThat } from "../support/check.ts";
import type { Soaked } from "../support/soak-in-a-process.ts";

const soak = fileURLToPath(new URL("../support/soak-in-a-process.ts", import.meta.url));

/** Growth of memory that is too much, in MB for a thousand jobs. */
const TOO_MUCH = 1;

export const fault: Fault = {
  id: "soak",
  title: "20,000 jobs that do nothing, one after the other, by a worker on the durable store",
  matrix: [46],
  expected:
    "memory grows by less than 1 MB per 1,000 jobs after warm-up; no handle, listener, descriptor or file is left",
  async run(scale) {
    const { samples, before, after } = await soaked(scale === "full" ? 20_000 : 2000);
    expectEqual("resources, descriptors, listeners and files left", after, before);
    const slope = slopeOf(samples.slice(Math.floor(samples.length / 4)));
    expectThat(slope < TOO_MUCH, `memory grows by ${slope.toFixed(2)} MB per 1,000 jobs: ${JSON.stringify(samples)}`);
    const [first, last] = [samples[0]?.megabytes ?? 0, samples.at(-1)?.megabytes ?? 0];
    return `${first.toFixed(0)} -> ${last.toFixed(0)} MB, ${slope.toFixed(2)} MB per 1,000 jobs after warm-up; nothing left`;
  },
};

async function soaked(jobs: number): Promise<Soaked> {
  const child: ChildProcess = spawn(
    process.execPath,
    ["--expose-gc", "--conditions=@bentham/source", soak, String(jobs)],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  if (!child.stdout) throw new Error("the soak has no output");
  const [lines, ending] = await Promise.all([once(createInterface(child.stdout), "line"), once(child, "exit")]);
  expectEqual("exit code", ending[0], 0);
  return JSON.parse(String(lines[0]));
}

/** The slope of memory over jobs by least squares, in MB per 1,000 jobs. */
function slopeOf(samples: Soaked["samples"]): number {
  const [jobs, megabytes] = [mean(samples.map((each) => each.jobs)), mean(samples.map((each) => each.megabytes))];
  const covariance = mean(samples.map((each) => (each.jobs - jobs) * (each.megabytes - megabytes)));
  return (1000 * covariance) / mean(samples.map((each) => (each.jobs - jobs) ** 2));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
