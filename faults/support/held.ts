import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Desk } from "./bentham.ts";
import { expectEqual } from "./check.ts";

/** What jobs of a desk have been charged with. */
export interface Charges {
  /** Retries spent, of all jobs. */
  readonly failures: number;
  /** Workers lost, by all jobs. */
  readonly crashes: number;
  /** Attempts that had asked when they were broken off. */
  readonly brokenOff: number;
}

/** Sees that nothing is under lease in a desk's store. Gives what its jobs have been charged with. */
export async function checkNothingHeld(desk: Desk): Promise<Charges> {
  using database = new DatabaseSync(join(desk.folder, ".bentham", "bentham.db"), { readOnly: true });
  const leased = database.prepare("SELECT COUNT(*) AS jobs FROM job WHERE state = 'leased'").get();
  expectEqual("jobs under lease", leased?.["jobs"], 0);
  const charges = database.prepare("SELECT SUM(failures) AS failures, SUM(crashes) AS crashes FROM job").get();
  const broken = database
    .prepare("SELECT COUNT(*) AS attempts FROM attempt WHERE outcome = 'interrupted' AND asks > 0")
    .get();
  return {
    failures: Number(charges?.["failures"]),
    crashes: Number(charges?.["crashes"]),
    brokenOff: Number(broken?.["attempts"]),
  };
}
