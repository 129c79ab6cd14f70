import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startLlmServer } from "@bentham/testbed";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { CommandDesk } from "./support/command-desk.ts";

let desk: CommandDesk;
let cells: readonly { readonly jobId: string; readonly bag: string }[];

beforeAll(async () => {
  await using server = await startLlmServer();
  desk = await CommandDesk.open();
  await desk.writeStudy(server.url, 5);
  await desk.run(["run"]);
  const lines = await readFile(join(desk.folder, ".bentham/evidence/study-1/root-0001/data/cells.jsonl"), "utf8");
  cells = lines
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
});
afterAll(() => desk[Symbol.asyncDispose]());

/** What somebody is handed of the last cell: its bag, the proof, and the root without the cells. */
beforeEach(async () => {
  const bag = join(".bentham/evidence", cells[4]?.bag ?? "");
  const { exitCode, out } = await desk.run(["prove", bag]);
  if (exitCode !== 0) throw new Error(`nothing was proven: ${out}`);
  await desk.write("proof.json", out);
  await rm(join(desk.folder, "handed"), { recursive: true, force: true });
  await cp(join(desk.folder, bag), join(desk.folder, "handed/bag"), { recursive: true });
  await cp(join(desk.folder, ".bentham/evidence/study-1/root-0001"), join(desk.folder, "handed/root"), {
    recursive: true,
  });
  await rm(join(desk.folder, "handed/root/data/cells.jsonl"));
});

async function verdict(bag = "handed/bag"): Promise<readonly [number, string]> {
  const { exitCode, out } = await desk.run(["verify", bag, "--proof", "proof.json", "--root", "handed/root"]);
  return [exitCode, out];
}

test("a cell is proven by its bag, the proof and the root, without the other cells", async () => {
  expect(await verdict()).toEqual([0, ""]);
  const proof = await readFile(join(desk.folder, "proof.json"), "utf8");
  for (const { jobId } of cells.slice(0, 4)) expect(proof).not.toContain(jobId);
  expect(JSON.parse(proof).merkle).toEqual(expect.objectContaining({ index: 4, leaves: 5 }));
});

test("a cell is proven by the id of its job", async () => {
  const { out } = await desk.run(["prove", ".bentham/evidence/study-1", "--job", cells[4]?.jobId ?? ""]);
  expect(out).toBe(await readFile(join(desk.folder, "proof.json"), "utf8"));
});

test.each([
  ["another cell's bag", /proof: its cell has the bag/, async () => join(".bentham/evidence", cells[0]?.bag ?? "")],
  [
    "another line",
    /proof: its path leads to/,
    async () => {
      const proof = JSON.parse(await readFile(join(desk.folder, "proof.json"), "utf8"));
      proof.cell = proof.cell.replace('"answered"', '"failed"');
      await desk.write("proof.json", JSON.stringify(proof));
    },
  ],
  [
    "a changed root",
    /root\/data\/root.json/,
    async () => writeFile(join(desk.folder, "handed/root/data/root.json"), "{}"),
  ],
  [
    "a changed bag",
    /bag\/data\/answer.json/,
    async () => writeFile(join(desk.folder, "handed/bag/data/answer.json"), ""),
  ],
  ["what is no proof", /proof: is no proof/, async () => desk.write("proof.json", "{}")],
])("%s is found", async (_what, found, tamper) => {
  const [exitCode, out] = await verdict((await tamper()) ?? undefined);
  expect([exitCode, out]).toEqual([20, expect.stringMatching(found)]);
});

test.each([
  [["prove", ".bentham"], "is no bag"],
  [["prove", ".bentham/evidence/study-1", "--job", "none"], "no root of its run names it"],
  [["verify", "handed/bag", "--proof", "proof.json"], "needs --root"],
  [["verify", "handed/bag", "--proof", "study.yaml", "--root", "handed/root"], "holds no JSON"],
])("%j is refused", async (args, why) => {
  const { exitCode, told } = await desk.run(args);
  expect([exitCode, told]).toEqual([2, expect.stringContaining(why)]);
});
