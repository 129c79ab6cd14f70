// npm run faults -- [row...]: runs rows of the fault matrix in full; without a name, all of them.

import { join } from "node:path";
import process from "node:process";
import { modulesIn, unknownName } from "../tools/catalogue.ts";
import { loadFault } from "./load-fault.ts";

const folder = join(import.meta.dirname, "rows");
const all = modulesIn(folder);
const asked = process.argv.slice(2);

process.exitCode = await runRows();

async function runRows(): Promise<number> {
  const unknown = asked.find((id) => !all.includes(id));
  if (unknown !== undefined) {
    console.error(`error: ${unknownName("row", unknown, all)}`);
    return 2;
  }
  if (all.length === 0) console.log("the fault matrix has no rows yet");

  const failed: string[] = [];
  for (const id of asked.length > 0 ? asked : all) {
    if (!(await runRow(id))) failed.push(id);
  }
  if (failed.length > 0) console.log(`failed: ${failed.join(", ")}`);
  return failed.length > 0 ? 1 : 0;
}

async function runRow(id: string): Promise<boolean> {
  const fault = await loadFault(folder, id);
  console.log(`${id}: ${fault.title}`);
  console.log(`  expected  ${fault.expected}`);
  try {
    console.log(`  seen      ${await fault.run("full")}`);
    console.log("  ok\n");
    return true;
  } catch (error) {
    console.log(`  seen      ${error instanceof Error ? error.message : String(error)}`);
    console.log("  failed\n");
    return false;
  }
}
