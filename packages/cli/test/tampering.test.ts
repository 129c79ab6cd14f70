import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startLlmServer, startTimeStampAuthority, type TimeStampAuthority } from "@bentham/testbed";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CommandDesk } from "./support/command-desk.ts";
import { changeCells, reseal, resealRun, unstamp } from "./support/reseal.ts";

let authority: TimeStampAuthority;
let sealed: CommandDesk;
let desk: CommandDesk;
let run: string;
let own: KeyObject;
const other = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;

/** A run of three cells whose second one failed twice: three roots, each stamped. */
beforeAll(async () => {
  const failing = [2, 4].map((nth) => ({ nth, scenario: { kind: "error", status: 400 } as const }));
  await using server = await startLlmServer({ scenarios: failing });
  authority = await startTimeStampAuthority();
  sealed = await CommandDesk.open();
  await sealed.writeStudy(server.url, 3, "concurrency: 1\n");
  await sealed.write("authority.pem", authority.certificate);
  const timestamps = `timestamps: { url: "${authority.url}", authorities: [authority.pem] }`;
  await sealed.write("bentham.config.yaml", `allowPrivate: true\n${timestamps}\n`);
  const ended = [await sealed.run(["run"]), await sealed.run(["retry"]), await sealed.run(["retry"])];
  if (ended.map(({ exitCode }) => exitCode).join() !== "3,3,0") throw new Error(ended.map(({ told }) => told).join());
  own = createPrivateKey(await readFile(join(sealed.folder, ".bentham/signing-key.pem"), "utf8"));
});
afterAll(async () => {
  await sealed[Symbol.asyncDispose]();
  await authority[Symbol.asyncDispose]();
});
beforeEach(async () => {
  desk = await CommandDesk.open();
  await cp(sealed.folder, desk.folder, { recursive: true });
  run = join(desk.folder, ".bentham/evidence/study-1");
});
afterEach(() => desk[Symbol.asyncDispose]());

/** What `verify` says of the data folder's evidence. */
async function verdict(...flags: readonly string[]): Promise<readonly [number, string]> {
  const { exitCode, out } = await desk.run(["verify", ".bentham/evidence", ...flags]);
  return [exitCode, out];
}

/** What it says of the same files elsewhere, without store and key. */
async function verdictElsewhere(...flags: readonly string[]): Promise<readonly [number, string]> {
  await rename(join(desk.folder, ".bentham/evidence"), join(desk.folder, "elsewhere"));
  const { exitCode, out } = await desk.run(["verify", "elsewhere", "--dir", "none", ...flags]);
  return [exitCode, out];
}

/** The bag of the first cell. */
async function firstBag(): Promise<string> {
  const [line = ""] = (await readFile(join(run, "root-0003/data/cells.jsonl"), "utf8")).split("\n");
  const { bag }: { readonly bag: string } = JSON.parse(line);
  return join(run, "..", bag);
}

test("nothing is wrong with what nobody touched, here and elsewhere", async () => {
  expect(await verdict()).toEqual([0, ""]);
  expect(await verdictElsewhere("--authorities", "authority.pem")).toEqual([0, ""]);
});

const TAG_FILES = [
  "bag-info.txt",
  "bagit.txt",
  "key.pem",
  "manifest-sha256.txt",
  "tagmanifest-sha256.txt",
  "tagmanifest-sha256.txt.sig",
];
const FILES: Readonly<Record<string, readonly string[]>> = {
  cell: ["data/answer.json", "data/evidence.json", "data/network.har", ...TAG_FILES],
  root: ["data/cells.jsonl", "data/root.json", ...TAG_FILES, "tagmanifest-sha256.txt.tsr", "tsa-chain.pem"],
};
const KINDS = Object.entries(FILES).flatMap(([bag, files]) => files.map((file) => [bag, file] as const));

async function folderOf(bag: string): Promise<string> {
  return bag === "cell" ? firstBag() : join(run, "root-0002");
}

test("every kind of file that there is stands in the tables below", async () => {
  for (const [bag, files] of Object.entries(FILES)) {
    const entries = await readdir(await folderOf(bag), { recursive: true, withFileTypes: true });
    expect(
      entries
        .filter((entry) => entry.isFile())
        .map(({ name }) => name)
        .sort(),
    ).toEqual(files.map((file) => file.replace("data/", "")).sort());
  }
});

describe.each(KINDS)("of the bag of a %s, %s", (bag, file) => {
  test("with one byte changed is named", async () => {
    const path = join(await folderOf(bag), file);
    const whole = await readFile(path);
    // What no manifest covers is looked at in more than one place.
    const covered = !file.startsWith("tagmanifest-sha256.txt.") && file !== "tsa-chain.pem";
    for (const at of [Math.floor(whole.length / 2), ...(covered ? [] : [0, whole.length - 1])]) {
      const bytes = Buffer.from(whole);
      bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
      await writeFile(path, bytes);
      expect(await verdict()).toEqual([20, expect.stringContaining(file)]);
    }
  });

  test("when it is gone is missed", async () => {
    await rm(join(await folderOf(bag), file));
    expect(await verdict()).toEqual([20, expect.stringContaining(file)]);
  });
});

type Tamper = () => Promise<unknown>;

const ADDED: readonly (readonly [string, () => Promise<string>])[] = [
  ["into the payload of a bag", async () => join(await firstBag(), "data/more.json")],
  ["beside the manifest of a bag", async () => join(await firstBag(), "note.txt")],
  ["beside the time stamp of a root", async () => join(run, "root-0001/tagmanifest-sha256.txt.note")],
  ["beside the bags of a cell", async () => join(await firstBag(), "../note.txt")],
  ["beside the roots", async () => join(run, "note.txt")],
  ["beside the runs", async () => join(run, "../note.txt")],
];

test.each(ADDED)("a file that was added %s is named", async (_where, place) => {
  const path = await place();
  await writeFile(path, "");
  expect(await verdict()).toEqual([20, expect.stringMatching(/unlisted .*(?:note|more\.json)/)]);
});

const SWAPPED: readonly (readonly [string, string, string])[] = [
  ["files of a cell", "data/answer.json", "data/evidence.json"],
  ["manifests", "manifest-sha256.txt", "tagmanifest-sha256.txt"],
];

test.each(SWAPPED)("two %s that were swapped are both named", async (_what, one, two) => {
  const bag = await firstBag();
  await rename(join(bag, one), join(bag, "aside"));
  await rename(join(bag, two), join(bag, one));
  await rename(join(bag, "aside"), join(bag, two));
  const [exitCode, out] = await verdict();
  expect([exitCode, out]).toEqual([20, expect.stringContaining(one)]);
  expect(out).toContain(two);
});

test("the time stamps of two roots that were swapped are named", async () => {
  const stamps = ["root-0001", "root-0002"].map((root) => join(run, root, "tagmanifest-sha256.txt.tsr"));
  const [one = "", two = ""] = stamps;
  await rename(one, join(run, ".aside"));
  await rename(two, one);
  await rename(join(run, ".aside"), two);
  const [exitCode, out] = await verdictElsewhere();
  expect([exitCode, out.match(/forged .*the time stamp of something else/g)?.length]).toEqual([20, 2]);
});

test.each(["root-0001", "root-0002", "root-0003"])("the generation %s that was dropped is missed", async (root) => {
  await rm(join(run, root), { recursive: true });
  expect(await verdict()).toEqual([20, expect.stringMatching(new RegExp(`missing .*${root}: is not there`))]);
});

test("all marks of a bag but one of its files taken away leave a bag that is not whole", async () => {
  const bag = await firstBag();
  for (const file of ["bagit.txt", "manifest-sha256.txt", "key.pem", "tagmanifest-sha256.txt.sig"])
    await rm(join(bag, file));
  expect(await verdict()).toEqual([20, expect.stringContaining("manifest-sha256.txt")]);
  await rm(join(bag, "tagmanifest-sha256.txt"));
  expect(await verdict()).toEqual([20, expect.stringMatching(/unlisted .*answer\.json: .*belongs to no bag/)]);
});

const dropFailed = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => !line.includes('"state":"failed"'));
const firstRoot = (): string => join(run, "root-0001");

const REWRITTEN: readonly (readonly [string, string, Tamper])[] = [
  [
    "cells were reordered, and nothing hashed anew",
    "cells.jsonl",
    async () => {
      const path = join(firstRoot(), "data/cells.jsonl");
      const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
      await writeFile(path, `${lines.toReversed().join("\n")}\n`);
    },
  ],
  [
    "cells were reordered, and all hashed anew but not signed",
    "forged .*tagmanifest-sha256.txt.sig",
    async () => {
      await changeCells(firstRoot(), (lines) => lines.toReversed());
      await reseal(firstRoot());
    },
  ],
  [
    "a failed cell was dropped, and all hashed anew but not signed",
    "forged .*tagmanifest-sha256.txt.sig",
    async () => {
      await changeCells(firstRoot(), dropFailed);
      await reseal(firstRoot());
    },
  ],
  [
    "a failed cell was dropped, and the root signed by another key",
    "forged .*key.pem: signed by another key",
    async () => {
      await changeCells(firstRoot(), dropFailed);
      await reseal(firstRoot(), other);
    },
  ],
  [
    "a failed cell was dropped, and the root signed by the same key",
    "forged .*the time stamp of something else",
    async () => {
      await changeCells(firstRoot(), dropFailed);
      await reseal(firstRoot(), own);
    },
  ],
  [
    "a failed cell was dropped from the root, whose statement counts it still",
    "cells.jsonl: covers 2 cells of 3 that were planned",
    async () => {
      const statement = await readFile(join(firstRoot(), "data/root.json"));
      await changeCells(firstRoot(), dropFailed);
      await writeFile(join(firstRoot(), "data/root.json"), statement);
      await reseal(firstRoot(), own);
    },
  ],
  [
    "a bag was replaced by one that the same key signed",
    "changed .*root-000. has it as",
    async () => {
      const bag = await firstBag();
      await writeFile(join(bag, "data/answer.json"), '{"text":"No."}');
      await reseal(bag, own);
    },
  ],
  [
    "a bag was replaced by one that another key signed",
    "forged .*key.pem: signed by another key",
    async () => {
      const bag = await firstBag();
      await writeFile(join(bag, "data/answer.json"), '{"text":"No."}');
      await reseal(bag, other);
    },
  ],
  ["all was signed by another key", "forged .*key.pem: signed by another key", () => resealRun(run, other)],
  ["all was signed anew by the same key", "changed .*root-0003: expected", () => resealRun(run, own)],
  [
    "a stamp was taken away with its chain",
    "missing .*root-000.*tsr: is not there, and the root had been stamped",
    () => unstamp(run),
  ],
];

test.each(REWRITTEN)("is found by the data folder when %s", async (_what, found, tamper) => {
  await tamper();
  const [exitCode, out] = await verdict();
  expect([exitCode, out]).toEqual([20, expect.stringMatching(new RegExp(found))]);
});

describe("away from the data folder, what was all signed by another key", () => {
  beforeEach(() => resealRun(run, other));

  test("is found by its time stamps", async () => {
    expect(await verdictElsewhere()).toEqual([20, expect.stringMatching(/forged .*the time stamp of something else/)]);
  });

  test("is found by the key, when its time stamps are gone", async () => {
    await unstamp(run);
    const [exitCode, out] = await verdictElsewhere("--key", ".bentham/signing-key.pem");
    expect([exitCode, out]).toEqual([20, expect.stringMatching(/forged .*key.pem: signed by another key/)]);
  });

  test("is found by the authority's certificate, when its time stamps are gone or another authority's", async () => {
    await unstamp(run);
    const away = await verdictElsewhere("--authorities", "authority.pem");
    expect(away).toEqual([20, expect.stringMatching(/missing .*tsr: is not there, and the root was to be stamped/)]);
  });
});

test("a time stamp of an authority that nobody trusts is found by the certificate of the one that is trusted", async () => {
  await using elsewhere = await startTimeStampAuthority();
  await desk.write("elsewhere.pem", elsewhere.certificate);
  const [exitCode, out] = await verdict("--authorities", "elsewhere.pem");
  expect([exitCode, out]).toEqual([
    20,
    expect.stringMatching(/forged .*tsa-chain.pem: ends at none of the authorities/),
  ]);
});

test("a staged folder is no evidence yet", async () => {
  await mkdir(join(run, "../.staging/half"), { recursive: true });
  await writeFile(join(run, "../.staging/half/bagit.txt"), "");
  expect(await verdict()).toEqual([0, ""]);
});
