import { join } from "node:path";
import { spawnLlmServer } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { checkInvariants } from "../support/check-invariants.ts";
import { expectAllAnswered, expectEqual, expectThat } from "../support/check.ts";
import { SmallDisk } from "../support/small-disk.ts";
import { writeCanaryStudy } from "../support/study.ts";

const CONCURRENCY = 4;

export const fault: Fault = {
  id: "full-disk",
  title: "the disk of the evidence is full, then that of everything, in the middle of a run and while it is enqueued",
  matrix: [13, 14],
  expected: "exit 16 and a clear message, nothing lost or half kept; with more space the same command answers the rest",
  async run(scale) {
    const planned = scale === "full" ? 100 : 40;
    return `evidence: ${await fullEvidence(planned)}; everything: ${await fullStore(scale === "full" ? 4000 : 1500)}`;
  },
};

async function fullEvidence(planned: number): Promise<string> {
  await using server = await spawnLlmServer();
  await using desk = await Desk.open();
  await using disk = await SmallDisk.mount(join(desk.folder, ".bentham", "evidence"), "600k");
  await writeCanaryStudy(desk, { url: server.url, questions: planned, concurrency: CONCURRENCY });
  const { code, stderr } = await desk.run(["run", "study.yaml"]);
  expectEqual(`exit code (${stderr})`, code, 16);
  expectThat(stderr.includes("the disk is full"), `it tells ${stderr}`);
  const asks = (await server.asks()).length;
  const results = await desk.results();
  const without = results.filter(({ evidence }) => evidence?.state === "failed").length;
  expectThat(without > 0 && without <= CONCURRENCY, `${without} answers have no evidence`);
  expectEqual("answers that say they have evidence", results.filter(hasBag).length, results.length - without);
  await checkInvariants(desk, { planned, asks, pending: planned - results.length });
  await disk.resize("64m");
  expectEqual("exit code with more space", (await desk.run(["run", "study.yaml"])).code, 0);
  expectAllAnswered(await checkInvariants(desk, { planned, asks: (await server.asks()).length }), planned);
  expectThat((await server.asks()).length <= planned + CONCURRENCY, "what was answered was asked again");
  return `stopped after ${results.length} answers, ${without} of them without evidence; then all ${planned}`;
}

function hasBag({ evidence }: { readonly evidence?: { readonly bagPath?: string } }): boolean {
  return evidence?.bagPath !== undefined;
}

async function fullStore(planned: number): Promise<string> {
  await using server = await spawnLlmServer();
  await using desk = await Desk.open();
  await using disk = await SmallDisk.mount(join(desk.folder, ".bentham"), "300k");
  await writeCanaryStudy(desk, {
    url: server.url,
    questions: planned,
    concurrency: CONCURRENCY,
    more: "evidence: none",
  });
  const seen: number[] = [];
  let code: number | null = 16;
  for (let kilobytes = 300; code === 16; kilobytes += 1500) {
    await disk.resize(`${kilobytes}k`);
    const ended = await desk.run(["run", "study.yaml"]);
    code = ended.code;
    expectThat(code === 0 || code === 16, `exit code ${code}: ${ended.stderr}`);
    if (code === 16) expectThat(ended.stderr.includes("disk is full"), `it tells ${ended.stderr}`);
    seen.push((await server.asks()).length);
  }
  expectThat(seen.length > 2, `the disk was full ${seen.length - 1} times`);
  const asks = (await server.asks()).length;
  expectThat(asks <= planned + CONCURRENCY * seen.length, `${asks} asks for ${planned} cells`);
  const ledger = await desk.ledger();
  expectAllAnswered(ledger, planned);
  expectEqual("results", (await desk.results()).length, planned);
  return `full ${seen.length - 1} times, after ${seen.slice(0, -1).join(", ")} asks; then all ${planned}, ${asks} asks`;
}
