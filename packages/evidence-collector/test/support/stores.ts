import { type EvidenceStore, Secret } from "@bentham/core";
import { type ObjectStore, type ObjectStoreOptions, startObjectStore } from "@bentham/testbed";
import { createS3Store, type S3StoreOptions } from "../../src/index.ts";

/** Waits that are over at once, since a test's store is in this process. */
const QUICK = { baseDelay: 1, maxDelay: 4 } as const;

/** Bucket and account of the testbed's stores, unless they are told otherwise: those of AWS's documentation. */
export const EXAMPLE: Pick<ObjectStore, "bucket" | "account"> = {
  bucket: "evidence",
  account: {
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    region: "us-east-1",
  },
};

/** A store in a bucket of the testbed's. */
export function storeIn(
  { url, bucket, account }: Pick<ObjectStore, "url" | "bucket" | "account">,
  more: Partial<S3StoreOptions> = {},
): EvidenceStore {
  return createS3Store({
    endpoint: url,
    bucket,
    region: account.region,
    credentials: async () => ({
      accessKeyId: account.accessKeyId,
      secretAccessKey: new Secret(account.secretAccessKey),
    }),
    fetch: (input, init) => fetch(input, { ...init, redirect: "manual" }),
    retry: QUICK,
    ...more,
  });
}

/** Runs `use` with an object store of its own. */
export async function withObjectStore(
  use: (objects: ObjectStore) => Promise<void>,
  options: ObjectStoreOptions = {},
): Promise<void> {
  await using objects = await startObjectStore(options);
  await use(objects);
}
