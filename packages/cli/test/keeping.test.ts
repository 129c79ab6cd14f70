import { generateKeyPairSync, sign } from "node:crypto";
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { startLlmServer } from "@bentham/testbed";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CommandDesk } from "./support/command-desk.ts";

let sealed: CommandDesk;

/** A run of three cells, one of which failed at first: four bags, one of them superseded. */
beforeAll(async () => {
  await using server = await startLlmServer({ scenarios: [{ nth: 2, scenario: { kind: "error", status: 400 } }] });
  sealed = await CommandDesk.open();
  await sealed.writeStudy(server.url, 3, "concurrency: 1\n");
  const ended = [await sealed.run(["run"]), await sealed.run(["retry"])].map(({ exitCode }) => exitCode);
  if (ended.join() !== "3,0") throw new Error(`run and retry ended with ${ended.join()}`);
});

afterAll(() => sealed[Symbol.asyncDispose]());

test("prune shows what would go, and deletes nothing before it is told to", async () => {
  await using desk = await copied();
  const before = await filesOf(desk);
  const shown = await desk.run(["prune", "study", "--superseded"]);
  expect([shown.exitCode, shown.out]).toEqual([0, expect.stringMatching(/^study-1 {2}1 bags {2}\d+\.\d kB$/)]);
  expect(shown.told).toContain("nothing was deleted. --yes deletes them for good");
  const lines = (await desk.run(["prune", "study", "--yes", "--dry-run", "--json"])).out.split("\n");
  expect(lines.map((line) => JSON.parse(line))).toMatchObject(
    [1, 2, 3, 4].map(() => ({ runId: "study-1", pruned: false })),
  );
  expect(await filesOf(desk)).toEqual(before);
});

test("a pruned bag leaves a signed tombstone, which verifies; results and roots stay", async () => {
  await using desk = await copied();
  const results = (await desk.run(["export", "study", "--all"])).out;
  expect((await desk.run(["prune", "study", "--superseded", "--reason", "no longer needed", "--yes"])).exitCode).toBe(
    0,
  );
  const [stone, ...more] = (await filesOf(desk)).filter((file) => file.endsWith("/tombstone.json"));
  expect(more).toEqual([]);
  expect(await siblings(desk, stone)).toEqual(["tombstone-key.pem", "tombstone.json", "tombstone.json.sig"]);
  expect(JSON.parse(await readFile(join(desk.folder, stone ?? ""), "utf8"))).toMatchObject({
    format: "bentham-tombstone/1",
    bag: dirname(stone ?? "").replace(".bentham/evidence/", ""),
    reason: "no longer needed",
  });
  const { exitCode, told } = await desk.run(["verify", ".bentham/evidence"]);
  expect([exitCode, told]).toEqual([0, expect.stringContaining("1 of them were pruned")]);
  expect((await desk.run(["export", "study", "--all"])).out).toBe(results);
  const again = await desk.run(["prune", "study", "--superseded", "--yes"]);
  expect([again.exitCode, again.told]).toEqual([0, expect.stringContaining("0 bags, 0 B")]);
});

test("a bag with a byte changed is left alone, and still named; what a killed prune left in another one holds up nothing", async () => {
  await using desk = await copied();
  const bags = (await filesOf(desk)).filter((file) => file.endsWith("/data/evidence.json"));
  const [spoilt = "", begun = ""] = bags.filter((file) => !file.includes("/root-"));
  await writeFile(join(desk.folder, spoilt), " ", { flag: "a" });
  for (const left of ["tombstone.json.sig", "tombstone.json.4711.draft"])
    await writeFile(join(desk.folder, begun, "../..", left), "");
  expect((await desk.run(["prune", "study-1", "--yes"])).told).toContain("3 bags");
  const { exitCode, out } = await desk.run(["verify", ".bentham/evidence"]);
  expect([exitCode, out.split("\n")]).toEqual([20, [expect.stringContaining(`changed  ${spoilt}`)]]);
});

test("every bag of a run can be pruned, and a day's age is asked of what bags say themselves", async () => {
  await using desk = await copied();
  expect((await desk.run(["prune", "--older-than", "1"])).told).toBe("there is nothing to prune");
  await desk.run(["prune", "study-1", "--yes"]);
  const { exitCode, told } = await desk.run(["verify", ".bentham/evidence"]);
  expect([exitCode, told]).toEqual([0, expect.stringContaining("4 of them were pruned")]);
});

const TAMPERING: readonly (readonly [string, string, (stone: string) => Promise<unknown>])[] = [
  ["the tombstone is taken away", "missing", async (stone) => rm(dirname(stone), { recursive: true })],
  ["a word of it is changed", "forged", async (stone) => change(stone, "superseded", "superfluous")],
  ["it is signed anew with another key", "forged", signAnew],
  [
    "it is of another bag",
    "is that of",
    async (stone) => cp(dirname(stone), `${dirname(stone)}-2`, { recursive: true }),
  ],
  ["something of the bag is left", "unlisted", async (stone) => writeFile(join(dirname(stone), "bag-info.txt"), "")],
];

test.each(TAMPERING)("is found when %s", async (_what, found, tamper) => {
  await using desk = await copied();
  await desk.run(["prune", "study", "--superseded", "--yes"]);
  const stone = (await filesOf(desk)).find((file) => file.endsWith("/tombstone.json")) ?? "";
  await tamper(join(desk.folder, stone));
  const { exitCode, out } = await desk.run(["verify", ".bentham/evidence"]);
  expect([exitCode, out]).toEqual([20, expect.stringContaining(found)]);
});

test("a deletion that was cut short shows, and the next prune completes it", async () => {
  await using desk = await copied();
  const bag = join(desk.folder, dirname((await filesOf(desk)).find((file) => file.endsWith("1/bagit.txt")) ?? ""));
  await cp(bag, join(desk.folder, "aside"), { recursive: true });
  await desk.run(["prune", "study", "--yes"]);
  await cp(join(desk.folder, "aside"), bag, { recursive: true }); // As it lay when the tombstone had just been written.
  const cut = await desk.run(["verify", ".bentham/evidence"]);
  expect([cut.exitCode, cut.out]).toEqual([20, expect.stringContaining("`bentham prune` completes it")]);
  expect((await desk.run(["prune", "study", "--older-than", "9999", "--yes"])).out).toContain("1 bags");
  expect((await desk.run(["verify", ".bentham/evidence"])).exitCode).toBe(0);
});

test("nothing of a held run is deleted, be the hold in the store, or in the folder alone", async () => {
  await using desk = await copied();
  const before = (await filesOf(desk)).filter((file) => !file.includes("/hold"));
  expect((await desk.run(["hold", "study", "--reason", "a dispute"])).out).toBe("study-1  is held: a dispute");
  const refused = await desk.run(["prune", "study-1", "--yes"]);
  expect([refused.exitCode, refused.told]).toEqual([2, expect.stringMatching(/is held since .*: a dispute/)]);
  const skipped = await desk.run(["prune", "--superseded", "--yes"]);
  expect([skipped.exitCode, skipped.told]).toEqual([0, expect.stringContaining("study-1 is held since")]);

  await forgetHolds(desk);
  expect((await desk.run(["prune", "study-1", "--yes"])).exitCode).toBe(2);
  await writeFile(holdFile(desk), JSON.stringify({ state: "released", runId: "study-1" }));
  const forged = await desk.run(["prune", "study-1", "--yes"]);
  expect([forged.exitCode, forged.told]).toEqual([2, expect.stringContaining("cannot be relied on")]);
  expect((await desk.run(["verify", ".bentham/evidence"])).out).toContain("hold.json.sig: is no signature");
  expect((await filesOf(desk)).filter((file) => !file.includes("/hold"))).toEqual(before);

  const released = await desk.run(["hold", "study", "--release", "--json"]);
  expect(JSON.parse(released.out)).toMatchObject({ runId: "study-1", state: "released" });
  expect((await desk.run(["verify", ".bentham/evidence"])).exitCode).toBe(0);
  expect((await desk.run(["prune", "study-1", "--yes"])).exitCode).toBe(0);
});

test("a run that has not ended is not pruned, nor is everything by mistake", async () => {
  await using desk = await copied();
  using database = new DatabaseSync(join(desk.folder, ".bentham", "bentham.db"));
  database.exec("UPDATE run SET finished = 0");
  const { exitCode, told } = await desk.run(["prune", "study", "--yes"]);
  expect([exitCode, told]).toEqual([2, expect.stringContaining("has cells that have not ended")]);
  expect((await desk.run(["prune", "--yes"])).told).toContain("say what to prune");
});

test("a run is exported as a web archive; what was pruned is told to be missing", async () => {
  await using desk = await copied();
  const { exitCode, told } = await desk.run(["export", "study", "--wacz", "shown/run.wacz"]);
  expect([exitCode, told]).toEqual([
    0,
    expect.stringMatching(/^1 not in it: no current result names it; --all takes it in\nwrote .*run\.wacz: 3 bags\./),
  ]);
  const archive = await readFile(join(desk.folder, "shown", "run.wacz"));
  expect(archive.subarray(0, 4).toString("latin1")).toBe("PK\u0003\u0004");
  expect(archive.includes("datapackage-digest.json")).toBe(true);
  await desk.run(["prune", "study", "--superseded", "--yes"]);
  const all = await desk.run(["export", "study", "--wacz", "all.wacz", "--all", "--json"]);
  expect(JSON.parse(all.out)).toMatchObject({ bags: 3, missing: { "its evidence was pruned": 1 } });
  expect((await desk.run(["export", "study", "--wacz", "a", "--out", "b"])).exitCode).toBe(2);
});

test("reparse says that all answers read as they did", async () => {
  await using desk = await copied();
  const { exitCode, out, told } = await desk.run(["reparse", "study"]);
  expect([exitCode, out, told]).toEqual([0, "", expect.stringContaining("3 read as they did, 0 otherwise")]);
  const lines = (await desk.run(["reparse", "study-1", "--json"])).out.split("\n").map((line) => JSON.parse(line));
  expect(lines.map(({ outcome }) => outcome)).toEqual(["equal", "equal", "equal"]);
});

async function copied(): Promise<CommandDesk> {
  const desk = await CommandDesk.open();
  await cp(sealed.folder, desk.folder, { recursive: true });
  return desk;
}

async function filesOf(desk: CommandDesk): Promise<string[]> {
  const names = await readdir(join(desk.folder, ".bentham", "evidence"), { recursive: true });
  return names.map((name) => join(".bentham", "evidence", name)).sort();
}

async function siblings(desk: CommandDesk, file = ""): Promise<string[]> {
  return (await readdir(dirname(join(desk.folder, file)))).sort();
}

function holdFile(desk: CommandDesk): string {
  return join(desk.folder, ".bentham", "evidence", "study-1", "hold.json");
}

/** As in a data folder whose store was lost, and made anew. */
async function forgetHolds(desk: CommandDesk): Promise<void> {
  using database = new DatabaseSync(join(desk.folder, ".bentham", "bentham.db"));
  database.exec("DELETE FROM shared_state WHERE key LIKE 'hold/%'");
}

async function change(file: string, from: string, to: string): Promise<void> {
  await writeFile(file, (await readFile(file, "utf8")).replace(from, to));
}

/** As somebody can who has not the key. */
async function signAnew(stone: string): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  await writeFile(join(dirname(stone), "tombstone-key.pem"), publicKey.export({ type: "spki", format: "pem" }));
  await writeFile(`${stone}.sig`, sign("sha256", await readFile(stone), privateKey));
}
