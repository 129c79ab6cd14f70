import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Evidence } from "@bentham/core";
import { type ObjectStore, SimulatedClock } from "@bentham/testbed";
import { bagsOf } from "@bentham/testbed/contract";
import { expect, test, vi } from "vitest";
import { BagCopier, createEvidenceCollector, listBags, openSigningKey, pruneBag, sealRun } from "../../src/index.ts";
import { bagOf, filesIn, verifyWithSha256sum } from "../support/bags.ts";
import { answered, aRequest, SOFTWARE } from "../support/requests.ts";
import { storeIn, withObjectStore } from "../support/stores.ts";
import { withFolder } from "../support/with-folder.ts";
import { withProcess } from "../support/with-process.ts";

const SEAL_AND_COPY = fileURLToPath(new URL("../processes/seal-and-copy.ts", import.meta.url));

const AWAY = { kind: "reset" } as const;

async function withBoth(use: (folder: string, objects: ObjectStore) => Promise<void>): Promise<void> {
  await withFolder((folder) => withObjectStore((objects) => use(folder, objects)));
}

async function seal(folder: string, copier: BagCopier, attempt = 1): Promise<Evidence | undefined> {
  const collector = createEvidenceCollector({ folder, software: SOFTWARE, copier });
  return (await collector.begin(aRequest({ attempt }))).finish(answered());
}

/** Every file of the store, as it is in the evidence folder; staging and notes are none of it. */
async function expectSame(folder: string, objects: ObjectStore): Promise<void> {
  const kept = (await filesIn(folder)).filter((file) => !file.startsWith("."));
  expect(objects.objects().map(({ key }) => key)).toEqual(kept.toSorted());
  for (const { key, bytes } of objects.objects()) expect(bytes.equals(await readFile(join(folder, key)))).toBe(true);
}

function notesIn(folder: string): Promise<string[]> {
  return filesIn(join(folder, ".waiting"));
}

test("what is sealed is copied under the path that the result names, and stays in the folder", async () => {
  await withBoth(async (folder, objects) => {
    await using copier = new BagCopier({ folder, store: storeIn(objects) });
    const evidence = [await seal(folder, copier), await seal(folder, copier, 2)];
    expect(await copier.drain()).toEqual({ copied: 2, waiting: 0 });
    expect((await bagsOf(storeIn(objects))).map(({ path }) => path)).toEqual(evidence.map((each) => each?.bagPath));
    await expectSame(folder, objects);
    for (const each of evidence) await verifyWithSha256sum(bagOf(folder, each));
    expect(await notesIn(folder)).toEqual([]);
  });
});

test("it is copied while others are made, without anybody asking", async () => {
  await withBoth(async (folder, objects) => {
    await using copier = new BagCopier({ folder, store: storeIn(objects) });
    await seal(folder, copier);
    const areWhole = async (): Promise<boolean[]> => (await bagsOf(storeIn(objects))).map(({ isWhole }) => isWhole);
    await expect.poll(areWhole, { timeout: 20_000 }).toEqual([true]);
  });
});

test("what is pruned before it was copied is not copied, and holds up nothing", async () => {
  await withBoth(async (folder, objects) => {
    objects.setFaults([AWAY]);
    await using copier = new BagCopier({ folder, store: storeIn(objects) });
    const evidence = await seal(folder, copier);
    await seal(folder, copier, 2);
    expect(await copier.drain()).toMatchObject({ copied: 0, waiting: 2 });
    const signingKey = await openSigningKey(join(folder, "key.pem"));
    for await (const bag of listBags(folder, aRequest().job.runId ?? "")) {
      if (bag.path === evidence?.bagPath) await pruneBag(bag, { folder, signingKey, reason: "not wanted" });
    }
    objects.setFaults([]);
    expect(await copier.drain()).toEqual({ copied: 1, waiting: 0 });
    expect(await notesIn(folder)).toEqual([]);
  });
});

async function* noCells(): AsyncGenerator<never> {}

test("a root is copied, too, and one that is as the last one is not", async () => {
  await withBoth(async (folder, objects) => {
    await using copier = new BagCopier({ folder, store: storeIn(objects) });
    const signingKey = await openSigningKey(join(folder, ".signing-key.pem"));
    const ledger = { planned: 0, answered: 0, failed: 0, blocked: 0, cancelled: 0, skipped: 0, parked: 0, pending: 0 };
    const run = { runId: "brand-check-1", study: "brand-check", planHash: "a".repeat(64) };
    const options = { folder, software: SOFTWARE, signingKey, ...run, ledger, cells: noCells, copier };
    const last = await sealRun(options);
    await sealRun({ ...options, last });
    await sealRun(options); // As after a kill: the root is there, and nobody knows of it.
    expect(await copier.drain()).toEqual({ copied: 1, waiting: 0 });
    expect((await bagsOf(storeIn(objects))).map(({ path }) => path)).toEqual(["brand-check-1/root-0001"]);
  });
});

test("while the store is away the evidence is complete all the same, and waits for the next process", async () => {
  await withBoth(async (folder, objects) => {
    objects.setFaults([AWAY]);
    {
      await using copier = new BagCopier({ folder, store: storeIn(objects) });
      const evidence = await seal(folder, copier);
      expect(evidence?.state).toBe("complete");
      expect(await copier.drain()).toMatchObject({
        copied: 0,
        waiting: 1,
        reason: expect.stringContaining("cannot be"),
      });
    }
    objects.setFaults([]);
    await using next = new BagCopier({ folder, store: storeIn(objects) });
    expect(await next.drain()).toEqual({ copied: 1, waiting: 0 });
    await expectSame(folder, objects);
  });
});

test("it is tried again after a pause that grows, and not in between", async () => {
  await withBoth(async (folder, objects) => {
    objects.setFaults([AWAY]);
    const clock = new SimulatedClock();
    const store = storeIn(objects, { retry: { tries: 1 } });
    await using copier = new BagCopier({ folder, store, clock });
    await seal(folder, copier);
    for (const [round, pause] of [5_000, 10_000, 20_000].entries()) {
      await vi.waitUntil(() => clock.sleepers === 1, { timeout: 20_000 });
      expect(objects.requests().length).toBe(round + 1);
      await clock.advance(pause - 1);
      expect(clock.sleepers).toBe(1);
      await clock.advance(1);
    }
    await vi.waitUntil(() => clock.sleepers === 1, { timeout: 20_000 });
    objects.setFaults([]);
    expect(await copier.drain()).toEqual({ copied: 1, waiting: 0 }); // Whoever is in a hurry waits for no pause.
  });
});

test("a bag whose place is taken is said, never written over, and keeps no other one waiting", async () => {
  await withBoth(async (folder, objects) => {
    const job = "0c6b1b7e-5d0e-5c1f-9a34-6d1c3a2b4e5f";
    objects.plant(`brand-check-1/${job}/1/manifest-sha256.txt`, "of another data folder");
    await using copier = new BagCopier({ folder, store: storeIn(objects) });
    for (const attempt of [1, 2, 3]) await seal(folder, copier, attempt);
    const standing = await copier.drain();
    expect(standing).toMatchObject({ copied: 2, waiting: 1, reason: expect.stringContaining("has another") });
    expect(objects.versionsOf(`brand-check-1/${job}/1/manifest-sha256.txt`).length).toBe(1);
  });
});

test("a process that is killed at any moment forgets no bag, and leaves no part of one", async () => {
  await withBoth(async (folder, objects) => {
    for (const word of ["sealed 1", "sealed 6"]) {
      await withProcess(SEAL_AND_COPY, [folder, objects.url], word);
      objects.setFaults([{ kind: "lost-answer", method: "PUT", nth: [3, 7, 20] }]);
    }
    objects.setFaults([]);
    await using copier = new BagCopier({ folder, store: storeIn(objects) });
    expect((await copier.drain()).waiting).toBe(0);
    const bags = await bagsOf(storeIn(objects));
    expect(bags.length).toBeGreaterThanOrEqual(7);
    expect(bags.filter(({ isWhole }) => !isWhole)).toEqual([]);
    await expectSame(folder, objects);
    expect(await notesIn(folder)).toEqual([]);
  });
});

test("a note whose bag never came is removed, and what a living process has announced is left alone", async () => {
  await withBoth(async (folder, objects) => {
    await using copier = new BagCopier({ folder, store: storeIn(objects) });
    const announced = await copier.announce("run-1/job-1/1");
    const [own = ""] = await notesIn(folder);
    const dead = `${own.split("-")[0]}-999999999-1-of-a-process-that-was-killed`;
    await writeFile(join(folder, ".waiting", dead), "run-1/job-1/2\n");
    await writeFile(join(folder, ".waiting", `${dead}-in-the-middle`), "run-1/jo");
    await copier.drain();
    expect(await notesIn(folder)).toEqual([own]);
    await announced.withdraw();
    expect(await notesIn(folder)).toEqual([]);
  });
});
