import { join } from "node:path";
import { expect, test, type TestContext } from "vitest";
import { modulesIn } from "../../tools/catalogue.ts";
import { type Fault, NotPossibleHere } from "../fault.ts";
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

test.for(everyTest.filter(({ isSimulated }) => isSimulated))(
  "$id, in small",
  { timeout: SLOW },
  async (fault, { skip }) => {
    expect(await seenInSmall(fault, skip)).not.toBe("");
  },
);

// Side by side, as many as vitest.config.ts says: half of the time such a row waits for limits, leases and pages.
test.concurrent.for(everyTest.filter(({ isSimulated }) => !isSimulated))(
  "$id, in small",
  { timeout: SLOW },
  async (fault, { skip }) => {
    expect(await seenInSmall(fault, skip)).not.toBe("");
  },
);

async function seenInSmall(fault: Fault, skip: TestContext["skip"]): Promise<string> {
  try {
    return await fault.run("small");
  } catch (error) {
    if (error instanceof NotPossibleHere) skip(error.message);
    throw error;
  }
}
