import { join } from "node:path";
import { expect, test } from "vitest";
import { modulesIn } from "../../tools/catalogue.ts";
import { NotPossibleHere } from "../fault.ts";
import { loadFault } from "../load-fault.ts";

/** A safety net, as wide as a slow machine may need; in milliseconds. */
const SLOW = 900_000;

const folder = join(import.meta.dirname, "..", "rows");
const ids = modulesIn(folder);
const faults = await Promise.all(ids.map((id) => loadFault(folder, id)));
const everyTest = faults.filter(({ inEveryTest }) => inEveryTest === true);

test("each file of the fault matrix exports the row that it is named after", () => {
  expect(faults.map(({ id }) => id)).toEqual(ids);
});

test.for(everyTest)("$id, in small", { timeout: SLOW }, async (fault, { skip }) => {
  try {
    expect(await fault.run("small")).not.toBe("");
  } catch (error) {
    if (error instanceof NotPossibleHere) skip(error.message);
    throw error;
  }
});
