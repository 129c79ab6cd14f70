import { join } from "node:path";
import { expect, test } from "vitest";
import { modulesIn } from "../../tools/catalogue.ts";
import { loadFault } from "../load-fault.ts";

const folder = join(import.meta.dirname, "..", "rows");
const ids = modulesIn(folder);

test("each file of the fault matrix exports the row that it is named after", async () => {
  const faults = await Promise.all(ids.map((id) => loadFault(folder, id)));
  expect(faults.map(({ id }) => id)).toEqual(ids);
});

test.for(ids)("%s, in small", { timeout: 120_000 }, async (id) => {
  const fault = await loadFault(folder, id);
  expect(await fault.run("small")).not.toBe("");
});
