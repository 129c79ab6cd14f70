import { modulesIn, unknownName } from "../tools/catalogue.ts";
import { NotPossibleHere } from "./fault.ts";
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
  const ended: Record<RowEnding, string[]> = { ok: [], failed: [], skipped: [] };
  for (const id of asked.length > 0 ? asked : all) ended[await runRow(folder, id, out)].push(id);
  out.log(summary(ended));
  return ended.failed.length > 0 ? 1 : 0;
}

type RowEnding = "ok" | "failed" | "skipped";

async function runRow(folder: string, id: string, out: Output): Promise<RowEnding> {
  const fault = await loadFault(folder, id);
  out.log(`${id}: ${fault.title}`);
  out.log(`  expected  ${fault.expected}`);
  try {
    out.log(`  seen      ${await fault.run("full")}`);
    out.log("  ok\n");
    return "ok";
  } catch (error) {
    const ending = error instanceof NotPossibleHere ? "skipped" : "failed";
    out.log(`  seen      ${error instanceof Error ? error.message : String(error)}`);
    out.log(`  ${ending}\n`);
    return ending;
  }
}

function summary({ ok, failed, skipped }: Readonly<Record<RowEnding, readonly string[]>>): string {
  if (ok.length + failed.length + skipped.length === 0) return "the fault matrix has no rows yet";
  const parts = [`${ok.length} ok`];
  if (failed.length > 0) parts.push(`${failed.length} failed: ${failed.join(", ")}`);
  if (skipped.length > 0) parts.push(`${skipped.length} skipped: ${skipped.join(", ")}`);
  return parts.join(", ");
}
