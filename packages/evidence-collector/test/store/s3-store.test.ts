import { type Clock, Secret, systemClock } from "@bentham/core";
import type { ObjectStore, ObjectStoreFault } from "@bentham/testbed";
import { bagsOf, writeBag } from "@bentham/testbed/contract";
import { describe, expect, test } from "vitest";
import { createS3Store, type S3StoreOptions } from "../../src/index.ts";
import { storeIn, withObjectStore } from "../support/stores.ts";
import { withFolder } from "../support/with-folder.ts";

const BAG = "run-1/job-1/1";
const DAY = 86_400_000;

/** Runs `use` with a bag on this machine, and an object store. */
async function withBag(
  use: (folder: string, objects: ObjectStore) => Promise<void>,
  options: Parameters<typeof withObjectStore>[1] = {},
): Promise<void> {
  await withFolder(async (folder) => {
    const bag = await writeBag({ folder }, "one");
    await withObjectStore((objects) => use(bag, objects), options);
  });
}

/** What `objects` has of the bag, each object as it was first put. */
function versions(objects: ObjectStore): number[] {
  return objects.objects().map(({ key }) => objects.versionsOf(key).length);
}

describe("what passes is tried again, and the bag is there once, whole", () => {
  const FAULTS: Readonly<Record<string, ObjectStoreFault>> = {
    "503 SlowDown": { kind: "status", status: 503, code: "SlowDown", method: "PUT", nth: [1, 2, 5], retryAfter: "0" },
    "500 InternalError": { kind: "status", status: 500, code: "InternalError", nth: [2, 3] },
    "400 RequestTimeout": { kind: "status", status: 400, code: "RequestTimeout", method: "PUT", nth: [4] },
    "409 ConditionalRequestConflict": {
      kind: "status",
      status: 409,
      code: "ConditionalRequestConflict",
      method: "PUT",
      nth: [3],
    },
    "a connection that is reset": { kind: "reset", nth: [1, 4] },
    "a connection that is reset halfway through a body": { kind: "reset-in-body", key: "network.har", nth: [1] },
    "an object that is stored, and the answer lost": { kind: "lost-answer", method: "PUT", nth: [1, 3, 9] },
    "a comparison that breaks off": { kind: "reset-in-body", method: "GET", nth: [1] },
  };

  test.each(Object.entries(FAULTS))("%s", async (_, fault) => {
    await withBag(async (folder, objects) => {
      const store = storeIn(objects);
      objects.setFaults([fault, { kind: "lost-answer", method: "PUT", key: "bagit.txt", nth: [1] }]);
      await store.put(folder, BAG);
      objects.setFaults([]);
      await store.put(folder, BAG);
      expect(versions(objects)).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
      expect((await bagsOf(store)).map(({ isWhole, bytes }) => [isWhole, bytes > 100_000])).toEqual([[true, true]]);
    });
  });

  test("no answer at all", async () => {
    await withBag(async (folder, objects) => {
      objects.setFaults([{ kind: "silence", method: "PUT", nth: [2] }]);
      await storeIn(objects, { clock: impatient(() => objects.requests().length === 2) }).put(folder, BAG);
      expect(versions(objects)).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
    });
  });
});

/** A clock on which pauses are over at once, and so is the patience with the second request, once `isThere` says that it came. */
function impatient(isThere: () => boolean): Clock {
  let requests = 0;
  return {
    ...systemClock,
    async sleep(ms, signal) {
      if (ms < 1000) return;
      requests += 1;
      if (requests !== 2) return systemClock.sleep(ms, signal);
      while (!isThere()) await systemClock.sleep(1, signal);
    },
  };
}

test("a store that stays away is said to be away, after so many tries and no more", async () => {
  await withBag(async (folder, objects) => {
    objects.setFaults([{ kind: "status", status: 503, code: "ServiceUnavailable" }]);
    const put = storeIn(objects).put(folder, BAG);
    await expect(put).rejects.toMatchObject({ code: "EVIDENCE_FAILED", trouble: "away" });
    expect(objects.requests().length).toBe(5);
  });
});

describe("what breaks off halfway is no bag, and goes on where it was", () => {
  test("its last object never comes", async () => {
    await withBag(async (folder, objects) => {
      const store = storeIn(objects);
      objects.setFaults([{ kind: "reset", key: "tagmanifest-sha256.txt" }]);
      await expect(store.put(folder, BAG)).rejects.toMatchObject({ trouble: "away" });
      const [half] = await bagsOf(store);
      expect([half?.path, half?.isWhole]).toEqual([BAG, false]);
      objects.setFaults([]);
      await store.put(folder, BAG);
      expect(versions(objects)).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
      expect((await bagsOf(store)).map(({ isWhole }) => isWhole)).toEqual([true]);
    });
  });

  test("an answer in the middle of a file, or of a list", async () => {
    await withBag(async (folder, objects) => {
      const store = storeIn(objects);
      await store.put(folder, BAG);
      objects.setFaults([{ kind: "reset-in-body", nth: [1, 2, 4] }]);
      expect((await bagsOf(store)).map(({ path }) => path)).toEqual([BAG]);
      const chunks = await Array.fromAsync(store.read(BAG, "data/deep/network.har"));
      expect(Buffer.concat(chunks).equals(Buffer.from("x".repeat(100_000)))).toBe(true);
    });
  });
});

describe("what does not pass is said at once, with what to do, and without a secret", () => {
  const secret = "another/secret+value";
  const wrongSecret = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: new Secret(secret) };
  const CASES: Readonly<Record<string, readonly [Partial<S3StoreOptions>, RegExp]>> = {
    "a wrong secret": [
      { credentials: async () => wrongSecret },
      /secret access key is not that.*SignatureDoesNotMatch/,
    ],
    "a wrong key": [{ credentials: async () => ({ ...wrongSecret, accessKeyId: "AKOTHER" }) }, /InvalidAccessKeyId/],
    "a clock that is off": [{ clock: { ...systemClock, now: () => systemClock.now() - 20 * 60_000 } }, /set the clock/],
    "no such bucket": [{ bucket: "another" }, /no such bucket: make it.*NoSuchBucket/],
    "another region": [{ region: "eu-west-1" }, /another region than eu-west-1/],
    "a retention where nothing can be locked": [{ retention: { mode: "compliance", days: 1 } }, /Object Lock/],
  };

  test.each(Object.entries(CASES))("%s", async (_, [options, message]) => {
    await withBag(async (folder, objects) => {
      const put = storeIn(objects, options).put(folder, BAG);
      await expect(put).rejects.toMatchObject({
        code: "EVIDENCE_FAILED",
        trouble: "refused",
        message: expect.stringMatching(message),
      });
      await expect(put).rejects.not.toMatchObject({ message: expect.stringContaining(secret) });
      expect(objects.requests().length).toBe(1);
      expect(objects.objects()).toEqual([]);
    });
  });

  test("no room", async () => {
    await withBag(async (folder, objects) => {
      objects.setFaults([{ kind: "status", status: 507, code: "XMinioStorageFull", method: "PUT" }]);
      await expect(storeIn(objects).put(folder, BAG)).rejects.toMatchObject({ trouble: "full" });
      expect(objects.requests().length).toBe(1);
    });
  });

  test("a store that overlooks If-None-Match", async () => {
    await withBag(
      async (folder, objects) => {
        const put = storeIn(objects).put(folder, BAG);
        await expect(put).rejects.toMatchObject({
          trouble: "refused",
          message: expect.stringContaining("If-None-Match"),
        });
      },
      { conditionalWrites: false },
    );
  });
});

test("an object is locked for as long as is wished, and a bag is removed after that and not before", async () => {
  let passed = 0;
  const clock: Clock = { ...systemClock, now: () => systemClock.now() + passed };
  await withBag(
    async (folder, objects) => {
      const store = storeIn(objects, { clock, retention: { mode: "governance", days: 30 } });
      await store.put(folder, BAG);
      for (const { lock, modifiedAt } of objects.objects()) {
        expect(lock?.mode).toBe("GOVERNANCE");
        expect((lock?.until ?? 0) - modifiedAt).toBeGreaterThan(30 * DAY - 60_000);
      }
      passed = 29 * DAY;
      await expect(store.remove(BAG)).rejects.toMatchObject({ trouble: "retained" });
      expect(objects.objects().length).toBe(8);
      passed = 31 * DAY;
      const keys = objects.objects().map(({ key }) => key);
      await store.remove(BAG);
      expect(keys.flatMap((key) => objects.versionsOf(key))).toEqual([]); // Not hidden: gone.
    },
    { objectLock: true, clock },
  );
});

test.each([
  [{ endpoint: "ftp://store.example.com" }, /endpoint must be.*ftp/],
  [{ endpoint: "https://name@store.example.com" }, /endpoint must be/],
  [{ bucket: "No Bucket" }, /bucket must be.*No Bucket/],
  [{ prefix: "../up" }, /prefix must be/],
  [{ retention: { mode: "compliance", days: 0 } }, /retention\.days must be.*0/],
] as const)("%o is no option", (wrong, message) => {
  const options = {
    endpoint: "https://store.example.com",
    bucket: "evidence",
    region: "us-east-1",
    credentials: () => Promise.reject(new Error("nobody asks for them")),
    fetch,
  };
  expect(() => createS3Store({ ...options, ...wrong })).toThrow(message);
});
