import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { EvidenceStore, StoredBag, StoreTrouble } from "@bentham/core";
import type { ContractCase } from "./contract-case.ts";

/** A store under test, empty. */
export interface EvidenceStoreHarness {
  readonly store: EvidenceStore;
  /** An empty folder of the test's, for bags to be put. */
  readonly folder: string;
}

/** Files of a bag by their paths. What is in them does not matter to a store. */
const A_BAG: Readonly<Record<string, string>> = {
  "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
  "bag-info.txt": "Bagging-Date: 2026-11-30\n",
  "data/answer.json": '{"text":"forty-two"}',
  "data/deep/network.har": "x".repeat(100_000),
  "data/empty.txt": "",
  "manifest-sha256.txt": "the hashes of the payload\n",
  "tagmanifest-sha256.txt": "the hashes of the tag files\n",
  "tagmanifest-sha256.txt.sig": "a signature",
};

/** Writes the files of a bag, and gives its folder. */
export async function writeBag(
  { folder }: Pick<EvidenceStoreHarness, "folder">,
  name: string,
  files: Readonly<Record<string, string>> = A_BAG,
): Promise<string> {
  const bag = join(folder, name);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(bag, path)), { recursive: true });
    await writeFile(join(bag, path), text);
  }
  return bag;
}

/** What every store of evidence must do, whatever it is made of. */
export const evidenceStoreContract: readonly ContractCase<EvidenceStoreHarness>[] = [
  {
    name: "has nothing at first, and can be had",
    async run({ store }) {
      await store.check();
      assert.deepEqual(await bagsOf(store), []);
    },
  },
  {
    name: "gives back every byte of a bag, and tells its size",
    async run(harness) {
      const { store } = harness;
      await store.put(await writeBag(harness, "one"), "run-1/job-1/1");
      const [bag, ...others] = await bagsOf(store);
      assert.deepEqual(others, []);
      assert.equal(bag?.path, "run-1/job-1/1");
      assert.equal(bag.isWhole, true);
      assert.equal(bag.bytes, sizeOf(A_BAG));
      assert.deepEqual(await contentOf(store, bag), A_BAG);
    },
  },
  {
    name: "keeps a bag as it is that is put again, also by two at once",
    async run(harness) {
      const { store } = harness;
      const folder = await writeBag(harness, "one");
      await Promise.all([1, 2, 3].map(() => store.put(folder, "run-1/job-1/1")));
      const before = await bagsOf(store);
      await store.put(folder, "run-1/job-1/1");
      assert.deepEqual(await bagsOf(store), before);
    },
  },
  {
    name: "refuses another bag in the same place, and leaves the first as it was",
    async run(harness) {
      const { store } = harness;
      await store.put(await writeBag(harness, "one"), "run-1/job-1/1");
      const before = await bagsOf(store);
      const others = Object.keys(A_BAG).map((path) => ({ ...A_BAG, [path]: "other bytes" }));
      others.push({ ...A_BAG, "data/a-file-more.txt": "one more", "manifest-sha256.txt": "and its hash\n" });
      for (const [index, files] of others.entries()) {
        const other = await writeBag(harness, `other-${index}`, files);
        await assert.rejects(store.put(other, "run-1/job-1/1"), { code: "EVIDENCE_FAILED", ...troubleIs("taken") });
      }
      const [bag] = await bagsOf(store);
      assert.deepEqual([bag], before);
      assert.deepEqual(bag && (await contentOf(store, bag)), A_BAG);
    },
  },
  {
    name: "adds a file that a bag has gained since, such as a time stamp",
    async run(harness) {
      const { store } = harness;
      await store.put(await writeBag(harness, "one"), "run-1/job-1/1");
      const stamped = { ...A_BAG, "tagmanifest-sha256.txt.tsr": "a time stamp" };
      await store.put(await writeBag(harness, "one", stamped), "run-1/job-1/1");
      const [bag] = await bagsOf(store);
      assert.deepEqual(bag && (await contentOf(store, bag)), stamped);
    },
  },
  {
    name: "lists the bags of all runs or of one, roots among them, in the order of their names",
    async run(harness) {
      const { store } = harness;
      const folder = await writeBag(harness, "one");
      const paths = ["run-1/job-1/1", "run-1/job-1/1-2", "run-1/job-2/1", "run-1/root-0001", "run-10/job-1/1"];
      for (const path of paths.toReversed()) await store.put(folder, path);
      assert.deepEqual((await bagsOf(store)).map(({ path }) => path).toSorted(), paths.toSorted());
      assert.deepEqual((await bagsOf(store, "run-1")).map(({ path }) => path).toSorted(), paths.slice(0, 4).toSorted());
      assert.deepEqual((await bagsOf(store, "run-2")).length, 0);
      for (const bag of await bagsOf(store)) assert.deepEqual(await contentOf(store, bag), A_BAG);
    },
  },
  {
    name: "removes a bag and no other, and does not mind one that is not there",
    async run(harness) {
      const { store } = harness;
      const folder = await writeBag(harness, "one");
      for (const path of ["run-1/job-1/1", "run-1/job-1/1-2", "run-1/job-2/1"]) await store.put(folder, path);
      await store.remove("run-1/job-1/1");
      await store.remove("run-1/job-1/1");
      assert.deepEqual(
        (await bagsOf(store)).map(({ path, isWhole }) => [path, isWhole]),
        [
          ["run-1/job-1/1-2", true],
          ["run-1/job-2/1", true],
        ],
      );
      await store.put(folder, "run-1/job-1/1");
      assert.equal((await bagsOf(store)).length, 3);
    },
  },
  {
    name: "says that a file is missing that is not there",
    async run(harness) {
      const { store } = harness;
      await store.put(await writeBag(harness, "one"), "run-1/job-1/1");
      for (const [bag, file] of [
        ["run-1/job-1/1", "data/other.json"],
        ["run-1/job-1/2", "bagit.txt"],
      ] as const) {
        await assert.rejects(textOf(store, bag, file), { code: "EVIDENCE_FAILED", ...troubleIs("missing") });
      }
    },
  },
  {
    name: "puts nothing in once its signal has aborted",
    async run(harness) {
      const { store } = harness;
      const reason = new Error("no more");
      const folder = await writeBag(harness, "one");
      await assert.rejects(store.put(folder, "run-1/job-1/1", AbortSignal.abort(reason)), reason);
      assert.deepEqual(await bagsOf(store), []);
    },
  },
];

/** Every bag of a store, or of a run. */
export async function bagsOf(store: EvidenceStore, run?: string): Promise<StoredBag[]> {
  return Array.fromAsync(store.bags(run));
}

async function contentOf(store: EvidenceStore, { path, files }: StoredBag): Promise<Record<string, string>> {
  const content: Record<string, string> = {};
  for (const file of files) {
    content[file.path] = await textOf(store, path, file.path);
    assert.equal(Buffer.byteLength(content[file.path] ?? ""), file.bytes);
  }
  return content;
}

async function textOf(store: EvidenceStore, bag: string, file: string): Promise<string> {
  return Buffer.concat(await Array.fromAsync(store.read(bag, file))).toString();
}

function sizeOf(files: Readonly<Record<string, string>>): number {
  return Object.values(files).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

function troubleIs(trouble: StoreTrouble): { readonly trouble: StoreTrouble } {
  return { trouble };
}
