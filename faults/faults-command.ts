import { modulesIn, unknownName } from "../tools/catalogue.ts";
import { loadFault } from "./load-fault.ts";

type Output = Pick<Console, "log" | "error">;

/** Runs the rows of `folder` that are asked for, or all of them, in full. Gives the exit code: 1 when a row failed. */
export async function faultsCommand(folder: string, asked: readonly string[], out: Output): Promise<number> {
  const all = modulesIn(folder);
  const unknown = asked.find((id) => !all.includes(id));
  if (unknown !== undefined) {
    out.error(`error: ${unknownName("row", unknown, all)}`);
    return 2;
  }
  const failed: string[] = [];
  const ids = asked.length > 0 ? asked : all;
  for (const id of ids) {
    if (!(await runRow(folder, id, out))) failed.push(id);
  }
  out.log(summary(ids.length, failed));
  return failed.length > 0 ? 1 : 0;
}

async function runRow(folder: string, id: string, out: Output): Promise<boolean> {
  const fault = await loadFault(folder, id);
  out.log(`${id}: ${fault.title}`);
  out.log(`  expected  ${fault.expected}`);
  try {
    out.log(`  seen      ${await fault.run("full")}`);
    out.log("  ok\n");
    return true;
  } catch (error) {
    out.log(`  seen      ${error instanceof Error ? error.message : String(error)}`);
    out.log("  failed\n");
    return false;
  }
}

function summary(rows: number, failed: readonly string[]): string {
  if (rows === 0) return "the fault matrix has no rows yet";
  return failed.length === 0
    ? `${rows} ok`
    : `${rows - failed.length} ok, ${failed.length} failed: ${failed.join(", ")}`;
}
