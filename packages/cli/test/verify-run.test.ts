import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { appendFile, cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { startLlmServer } from "@bentham/testbed";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CommandDesk } from "./support/command-desk.ts";

let sealed: CommandDesk;

/** A run of three cells, one of which failed at first: two roots. */
beforeAll(async () => {
  await using server = await startLlmServer({ scenarios: [{ nth: 2, scenario: { kind: "error", status: 400 } }] });
  sealed = await CommandDesk.open();
  await sealed.writeStudy(server.url, 3, "concurrency: 1\n");
  const ended = [await sealed.run(["run"]), await sealed.run(["retry"])].map(({ exitCode }) => exitCode);
  if (ended.join() !== "3,0") throw new Error(`run and retry ended with ${ended.join()}`);
});

afterAll(() => sealed[Symbol.asyncDispose]());

test("a run that nobody touched verifies, and is not sealed again while it is as it was", async () => {
  await using desk = await copied();
  expect((await desk.run(["run"])).exitCode).toBe(0);
  const { exitCode, told } = await desk.run(["verify", ".bentham/evidence"]);
  expect([exitCode, told]).toEqual([0, expect.stringContaining("2 roots; of 3 planned cells 3 answered")]);
});

const TAMPERING: readonly (readonly [string, string, (run: string, desk: CommandDesk) => Promise<unknown>])[] = [
  ["a bag is taken away", "missing", async (run) => rm(await bagOf(run, 0), { recursive: true })],
  [
    "two bags are swapped",
    "changed",
    async (run) => {
      const [one, other] = [await bagOf(run, 0), await bagOf(run, 2)];
      await rename(one, join(run, "aside"));
      await rename(other, one);
      await rename(join(run, "aside"), other);
    },
  ],
  ["the last generation is dropped", "missing", async (run) => rm(join(run, "root-0002"), { recursive: true })],
  [
    "the generation of the failure is dropped",
    "missing",
    async (run) => rm(join(run, "root-0001"), { recursive: true }),
  ],
  [
    "every root is dropped",
    "missing",
    async (run) => {
      for (const name of ["root-0001", "root-0002"]) await rm(join(run, name), { recursive: true });
    },
  ],
  ["a byte of a root is changed", "changed", async (run) => appendFile(join(run, "root-0001/data/root.json"), " ")],
  ["a file is added to a root", "unlisted", async (run) => writeFile(join(run, "root-0001/data/note.txt"), "")],
  ["cells are put in another order", "changed", async (run) => changeCells(run, (lines) => lines.toReversed())],
  [
    "the failed cell is dropped, and the root signed anew with another key",
    "forged",
    async (run) => {
      await changeCells(run, (lines) => lines.filter((line) => !line.includes('"state":"failed"')));
      await signAnew(join(run, "root-0001"));
    },
  ],
  [
    "a cell is taken out of the store",
    "the store has the cell",
    async (_run, desk) => {
      using database = new DatabaseSync(join(desk.folder, ".bentham", "bentham.db"));
      database.exec("DELETE FROM job WHERE seq = (SELECT MAX(seq) FROM job)");
    },
  ],
  [
    "a result row is edited",
    "the store has the cell",
    async (_run, desk) => {
      using database = new DatabaseSync(join(desk.folder, ".bentham", "bentham.db"));
      database.exec(`UPDATE result SET body = json_set(body, '$.response.text', 'No.') WHERE state = 'answered'`);
    },
  ],
  ...["state = 'failed'", "code = 'TIMEOUT'", "message = 'another'"].map((edit): (typeof TAMPERING)[number] => [
    `a column of a result row is edited: ${edit}`,
    "the store has the cell",
    async (_run, desk) => {
      using database = new DatabaseSync(join(desk.folder, ".bentham", "bentham.db"));
      database.exec(`UPDATE result SET ${edit} WHERE state = 'answered'`);
    },
  ]),
];

test.each(TAMPERING)("is found when %s", async (_what, found, tamper) => {
  await using desk = await copied();
  await tamper(join(desk.folder, ".bentham", "evidence", "study-1"), desk);
  const { exitCode, out } = await desk.run(["verify", ".bentham/evidence"]);
  expect([exitCode, out]).toEqual([20, expect.stringContaining(found)]);
});

async function copied(): Promise<CommandDesk> {
  const desk = await CommandDesk.open();
  await cp(sealed.folder, desk.folder, { recursive: true });
  return desk;
}

/** The folder of the bag of an answered cell. */
async function bagOf(run: string, index: number): Promise<string> {
  const lines = (await readFile(join(run, "root-0002/data/cells.jsonl"), "utf8")).trimEnd().split("\n");
  const { bag }: { bag: string } = JSON.parse(lines[index] ?? "");
  return join(run, "..", bag);
}

async function changeCells(run: string, change: (lines: string[]) => string[]): Promise<void> {
  const path = join(run, "root-0001/data/cells.jsonl");
  const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
  await writeFile(path, `${change(lines).join("\n")}\n`);
}

/** Makes a root whole again, as somebody can who has not the key. */
async function signAnew(root: string): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  await writeFile(join(root, "key.pem"), publicKey.export({ type: "spki", format: "pem" }));
  const payload = (await readdir(join(root, "data"))).map((name) => `data/${name}`);
  await writeFile(join(root, "manifest-sha256.txt"), await manifestOf(root, payload));
  const tags = await manifestOf(root, ["bag-info.txt", "bagit.txt", "key.pem", "manifest-sha256.txt"]);
  await writeFile(join(root, "tagmanifest-sha256.txt"), tags);
  await writeFile(join(root, "tagmanifest-sha256.txt.sig"), sign("sha256", Buffer.from(tags), privateKey));
}

async function manifestOf(folder: string, files: readonly string[]): Promise<string> {
  const lines = files.map(async (file) => {
    const hash = createHash("sha256").update(await readFile(join(folder, file)));
    return `${hash.digest("hex")}  ${file}\n`;
  });
  return (await Promise.all(lines)).join("");
}

test("a run that cannot be sealed says so, and is sealed by the same command once it can be", async () => {
  await using server = await startLlmServer();
  await using desk = await CommandDesk.open();
  await desk.writeStudy(server.url, 1);
  const run = join(desk.folder, ".bentham", "evidence", "study-1");
  await mkdir(run, { recursive: true });
  await writeFile(join(run, "root-0001"), "");
  const { exitCode, told } = await desk.run(["run"]);
  expect([exitCode, told]).toEqual([
    16,
    expect.stringContaining("could not be sealed in the evidence folder: ENOTDIR"),
  ]);
  await rm(join(run, "root-0001"));
  expect((await desk.run(["run"])).exitCode).toBe(0);
  expect((await desk.run(["verify", ".bentham/evidence"])).told).toContain("1 root; of 1 planned cells 1 answered");
  expect(server.asks).toHaveLength(1);
});
