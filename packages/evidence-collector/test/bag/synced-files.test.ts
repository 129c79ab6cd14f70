import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeSynced } from "../../src/bag/synced-files.ts";
import { withFolder } from "../support/with-folder.ts";

describe("writeSynced", () => {
  it("tells of any file that fails, once all of them have ended", async () => {
    await withFolder(async (folder) => {
      const twice = { path: "data/twice", bytes: Buffer.from("1") };
      const large = { path: "data/large", bytes: Buffer.alloc(10_000_000, 1) };
      await expect(writeSynced(folder, [twice, twice, large])).rejects.toMatchObject({ code: "EEXIST" });
      expect((await readFile(join(folder, large.path))).equals(large.bytes)).toBe(true);
    });
  });
});
