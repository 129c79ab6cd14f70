import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findBags, verifyBag } from "@bentham/verify";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const FILES = { "data/answer.json": '{"text":"42"}', "data/deep/network.har": '{"log":{}}' };

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bentham-verify-"));
  await writeBag(join(folder, "bag"));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

test("a bag that is whole has no problem, and tells the hash that covers all of it", async () => {
  const whole = await verifyBag(join(folder, "bag"));
  expect([whole.files, whole.problems]).toEqual([5, []]);
  expect(whole.sha256).toBe(sha256Of(await readFile(join(folder, "bag", "tagmanifest-sha256.txt"), "utf8")));
});

describe("a bag that was tampered with", () => {
  const ALL = [...Object.keys(FILES), "bag-info.txt", "manifest-sha256.txt"];

  test.each(ALL)("one byte of %s", async (file) => {
    const path = join(folder, "bag", file);
    const bytes = await readFile(path);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 2) ^ 1, bytes.length - 2);
    await writeFile(path, bytes);
    expect(await problems()).toContainEqual(["changed", file]);
  });

  test.each([...ALL, "bagit.txt", "tagmanifest-sha256.txt"])("%s is gone", async (file) => {
    await rm(join(folder, "bag", file));
    expect((await problems()).map(([, name]) => name)).toContain(file);
  });

  test("two files are swapped", async () => {
    await writeFile(join(folder, "bag", "data/answer.json"), FILES["data/deep/network.har"]);
    await writeFile(join(folder, "bag", "data/deep/network.har"), FILES["data/answer.json"]);
    expect(await problems()).toEqual([
      ["changed", "data/answer.json"],
      ["changed", "data/deep/network.har"],
    ]);
  });

  test("a file was added", async () => {
    await writeFile(join(folder, "bag", "data", "more.json"), "{}");
    await writeFile(join(folder, "bag", "note.txt"), "");
    expect(await problems()).toEqual(
      expect.arrayContaining([
        ["unlisted", "data/more.json"],
        ["unlisted", "note.txt"],
      ]),
    );
  });

  test("a file was replaced by a link to the same bytes elsewhere", async () => {
    await writeFile(join(folder, "elsewhere"), FILES["data/answer.json"]);
    await rm(join(folder, "bag", "data/answer.json"));
    await symlink(join(folder, "elsewhere"), join(folder, "bag", "data/answer.json"));
    expect(await problems()).toEqual(expect.arrayContaining([["malformed", "data/answer.json"]]));
  });

  test.each(["../outside", "/etc/passwd", "data/../../outside", "data//answer.json"])(
    "its manifest names %s",
    async (path) => {
      await writeFile(join(folder, "outside"), "x");
      await writeFile(join(folder, "bag", "manifest-sha256.txt"), `${sha256Of("x")}  ${path}\n`);
      expect(await problems()).toContainEqual(["malformed", "manifest-sha256.txt"]);
    },
  );
});

test("finds the bags below a folder, and none that is staged", async () => {
  await writeBag(join(folder, "run-1", "job", "1"));
  await writeBag(join(folder, ".staging", "half"));
  await mkdir(join(folder, "empty"));
  const found = await Array.fromAsync(findBags(folder));
  expect(found).toEqual([join(folder, "bag"), join(folder, "run-1", "job", "1")]);
  expect(await Array.fromAsync(findBags(join(folder, "bag")))).toEqual([join(folder, "bag")]);
});

async function problems(): Promise<(readonly [string, string])[]> {
  return (await verifyBag(join(folder, "bag"))).problems.map(({ kind, file }) => [kind, file] as const);
}

async function writeBag(bag: string): Promise<void> {
  await mkdir(join(bag, "data", "deep"), { recursive: true });
  for (const [file, content] of Object.entries(FILES)) await writeFile(join(bag, file), content);
  const tags = {
    "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
    "bag-info.txt": "Bagging-Date: 2026-01-01\n",
    "manifest-sha256.txt": manifestOf(FILES),
  };
  for (const [file, content] of Object.entries(tags)) await writeFile(join(bag, file), content);
  await writeFile(join(bag, "tagmanifest-sha256.txt"), manifestOf(tags));
}

function manifestOf(files: Readonly<Record<string, string>>): string {
  return Object.entries(files)
    .map(([file, content]) => `${sha256Of(content)}  ${file}\n`)
    .join("");
}

function sha256Of(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}
