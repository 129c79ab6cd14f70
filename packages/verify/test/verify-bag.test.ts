import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findBags, type PublicKey, readPublicKey, verifyBag } from "@bentham/verify";
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
    await flipByte(join(folder, "bag", file));
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

describe("a signature", () => {
  const [key, other] = [newKey(), newKey()];

  test("of the bag's own key tells its fingerprint, and nobody's the bag's that has none", async () => {
    expect((await verifyBag(join(folder, "bag"))).signedBy).toBeUndefined();
    await signBag(key);
    const verified = await verifyBag(join(folder, "bag"));
    expect([verified.signedBy, verified.problems]).toEqual([publicKeyOf(key).fingerprint, []]);
    const asExpected = await verifyBag(join(folder, "bag"), { key: publicKeyOf(key) });
    expect(asExpected.problems).toEqual([]);
  });

  test("is demanded when somebody says whose it must be", async () => {
    expect(await problems(publicKeyOf(key))).toEqual([["missing", "tagmanifest-sha256.txt.sig"]]);
  });

  test("by another key is named, though the bag is whole", async () => {
    await signBag(other);
    expect(await problems()).toEqual([]);
    expect(await problems(publicKeyOf(key))).toEqual([["forged", "key.pem"]]);
  });

  test.each(["data/evidence.json", "data/root.json"])("is by the key that %s names, or by nobody's", async (file) => {
    const statement = (signature: unknown): Readonly<Record<string, string>> => ({
      [file]: JSON.stringify({ signature }),
    });
    const named = { keySha256: publicKeyOf(key).fingerprint };
    await writeBag(join(folder, "bag"), statement(named));
    expect(await problems()).toEqual([["missing", "tagmanifest-sha256.txt.sig"]]);
    await signBag(other);
    expect(await problems()).toEqual([["forged", "key.pem"]]);
    await writeBag(join(folder, "bag"), statement(named));
    await signBag(key);
    expect(await problems()).toEqual([]);
    await rm(join(folder, "bag", "key.pem"));
    await rm(join(folder, "bag", "tagmanifest-sha256.txt.sig"));
    await writeBag(join(folder, "bag"), statement("none"));
    expect(await problems()).toEqual([]);
  });

  test("is no longer good when the manifest that it covers has changed", async () => {
    await signBag(key);
    await writeBag(join(folder, "bag"), { "data/answer.json": '{"text":"43"}' });
    expect(await problems()).toContainEqual(["forged", "tagmanifest-sha256.txt.sig"]);
  });

  test.each([
    ["one byte of it is changed", async (path: string) => flipByte(path), "forged"],
    ["it is cut short", async (path: string) => writeFile(path, (await readFile(path)).subarray(0, 8)), "forged"],
    ["it is gone", async (path: string) => rm(path), "missing"],
  ] as const)("is told when %s", async (_what, spoil, kind) => {
    await signBag(key);
    await spoil(join(folder, "bag", "tagmanifest-sha256.txt.sig"));
    expect(await problems()).toContainEqual([kind, "tagmanifest-sha256.txt.sig"]);
  });
});

test("a text that holds no key over P-256 is none", () => {
  expect(readPublicKey("no key")).toBeUndefined();
  const { publicKey } = generateKeyPairSync("ed25519");
  expect(readPublicKey(String(publicKey.export({ type: "spki", format: "pem" })))).toBeUndefined();
});

test("finds the bags below a folder, and none that is staged", async () => {
  await writeBag(join(folder, "run-1", "job", "1"));
  await writeBag(join(folder, ".staging", "half"));
  await mkdir(join(folder, "empty"));
  const found = await Array.fromAsync(findBags(folder));
  expect(found).toEqual([join(folder, "bag"), join(folder, "run-1", "job", "1")]);
  expect(await Array.fromAsync(findBags(join(folder, "bag")))).toEqual([join(folder, "bag")]);
});

async function problems(key?: PublicKey): Promise<(readonly [string, string])[]> {
  return (await verifyBag(join(folder, "bag"), key ? { key } : {})).problems.map(
    ({ kind, file }) => [kind, file] as const,
  );
}

function newKey(): KeyObject {
  return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
}

function publicKeyOf(key: KeyObject): PublicKey {
  const read = readPublicKey(String(key.export({ type: "pkcs8", format: "pem" })));
  if (!read) throw new Error("a new key was not read");
  return read;
}

/** Signs the bag as it is sealed: the key among what the tag manifest covers, the signature beside it. */
async function signBag(key: KeyObject): Promise<void> {
  const bag = join(folder, "bag");
  const pem = String(createPublicKey(key).export({ type: "spki", format: "pem" }));
  await writeFile(join(bag, "key.pem"), pem);
  const manifest = `${await readFile(join(bag, "tagmanifest-sha256.txt"), "utf8")}${manifestOf({ "key.pem": pem })}`;
  await writeFile(join(bag, "tagmanifest-sha256.txt"), manifest);
  await writeFile(join(bag, "tagmanifest-sha256.txt.sig"), sign("sha256", Buffer.from(manifest), key));
}

async function flipByte(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 2) ^ 1, bytes.length - 2);
  await writeFile(path, bytes);
}

async function writeBag(bag: string, changes: Readonly<Record<string, string>> = {}): Promise<void> {
  const files = { ...FILES, ...changes };
  await mkdir(join(bag, "data", "deep"), { recursive: true });
  for (const [file, content] of Object.entries(files)) await writeFile(join(bag, file), content);
  const tags = {
    "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
    "bag-info.txt": "Bagging-Date: 2026-01-01\n",
    "manifest-sha256.txt": manifestOf(files),
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
