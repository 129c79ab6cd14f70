import { join } from "node:path";
import { expect, test } from "vitest";
import { modulesIn } from "../../tools/catalogue.ts";
import { NotPossibleHere } from "../fault.ts";
import { loadFault } from "../load-fault.ts";

const folder = join(import.meta.dirname, "..", "rows");

/**
 * Runs those rows that every test run has, in small: part `part` of `parts`, from 1. Each part has a file of its own, so that
 * they run side by side.
 */
export async function testRows(part: number, parts: number): Promise<void> {
  const ids = modulesIn(folder);
  const faults = await Promise.all(ids.map((id) => loadFault(folder, id)));
  const everyTest = faults.filter(({ inEveryTest }) => inEveryTest === true);

  test("each file of the fault matrix exports the row that it is named after", () => {
    expect(faults.map(({ id }) => id)).toEqual(ids);
  });

  const own = everyTest.filter((_, index) => index % parts === part - 1);
  test.for(own)("$id, in small", { timeout: 120_000 }, async (fault, { skip }) => {
    try {
      expect(await fault.run("small")).not.toBe("");
    } catch (error) {
      if (error instanceof NotPossibleHere) skip(error.message);
      throw error;
    }
  });
}
