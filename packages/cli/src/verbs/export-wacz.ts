import { dirname } from "node:path";
import type { Run } from "@bentham/core";
import { makeFolder, type WaczSources, writeRunWacz } from "@bentham/runtime";
import { printable } from "../printable.ts";
import type { Terminal } from "../terminal.ts";

/** Writes what the evidence of a run recorded as a web archive. */
export async function exportWacz(
  sources: WaczSources,
  run: Run,
  terminal: Terminal,
  { out, superseded, json }: { readonly out: string; readonly superseded: boolean; readonly json: boolean },
): Promise<number> {
  await makeFolder(dirname(out), "USAGE");
  const { bags, missing } = await writeRunWacz(sources, run, { out, superseded });
  if (json) terminal.out(JSON.stringify({ runId: run.runId, file: out, bags, missing }));
  for (const [reason, count] of Object.entries(missing)) {
    terminal.tell(printable(`${count} not in it: ${reason}`));
  }
  terminal.tell(`wrote ${out}: ${bags} bags. It is not signed; the bags are, and \`bentham verify\` checks those`);
  return 0;
}
