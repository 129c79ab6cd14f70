import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { evidenceStoreContract } from "@bentham/testbed/contract";
import { describe, expect, test } from "vitest";
import { createFolderStore } from "../../src/index.ts";
import { storeIn, withObjectStore } from "../support/stores.ts";
import { withFolder } from "../support/with-folder.ts";

describe("a folder as a store of evidence", () => {
  test.each(evidenceStoreContract)("$name", async (behaviour) => {
    const shown = withFolder(async (folder) => {
      const place = join(folder, "store");
      await mkdir(place);
      await behaviour.run({ store: createFolderStore({ folder: place }), folder });
    });
    await expect(shown).resolves.toBeUndefined();
  });
});

describe("a bucket as a store of evidence", () => {
  test.each(evidenceStoreContract)("$name", async (behaviour) => {
    const shown = withFolder((folder) =>
      withObjectStore((objects) => behaviour.run({ store: storeIn(objects, { prefix: "a/b" }), folder }), {
        pageSize: 3,
      }),
    );
    await expect(shown).resolves.toBeUndefined();
  });
});
