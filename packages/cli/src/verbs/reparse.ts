import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { BenthamError } from "@bentham/core";
import {
  adaptersOf,
  openStore,
  readConfiguration,
  readWebSurfaces,
  type ReparsedCell,
  reparseRun,
} from "@bentham/runtime";
import { type CommandContext, type CommonOptions, dataFolder } from "../command-context.ts";
import { findRun } from "../find-run.ts";
import { excerpt } from "../printable.ts";

/** Reads the recorded answers of a run with today's adapters, and tells what reads otherwise. Asks nothing, changes nothing. */
export async function reparse(context: CommandContext, name: string, options: CommonOptions): Promise<number> {
  const { terminal, currentFolder, environment } = context;
  const folder = dataFolder(context, options);
  if (!existsSync(join(folder, "bentham.db"))) {
    throw new BenthamError("RUN_UNKNOWN", `nothing has been run in ${folder}: name the data folder with --dir`);
  }
  const configuration = await readConfiguration(
    [dirname(resolve(currentFolder, name)), currentFolder],
    environment,
    options.config === undefined ? undefined : resolve(currentFolder, options.config),
  );
  await using store = await openStore(folder);
  const run = await findRun(store, name, currentFolder);
  const parts = {
    store,
    evidenceFolder: join(folder, "evidence"),
    adapters: adaptersOf(await readWebSurfaces(configuration)),
  };
  const counts = { equal: 0, differs: 0, unavailable: 0 };
  for await (const cell of reparseRun(parts, run)) {
    if (terminal.readerIsGone) break;
    counts[cell.outcome] += 1;
    if (options.json) terminal.out(JSON.stringify(cell));
    else for (const line of linesOf(cell)) terminal.out(line);
  }
  const { equal, differs, unavailable } = counts;
  terminal.tell(`${run.runId}: ${equal} read as they did, ${differs} otherwise, ${unavailable} cannot be read again`);
  return 0;
}

/** A cell that reads as it did needs no line. */
function linesOf({ queryId, surfaceId, locationId, repeat, ...cell }: ReparsedCell): string[] {
  if (cell.outcome === "equal") return [];
  const { name, recorded, today } = cell.adapter ?? { name: "", recorded: "", today: "" };
  const version = recorded === today ? `${name} ${today}` : `${name} ${recorded} -> ${today}`;
  const head = [queryId, surfaceId, locationId, repeat, cell.outcome, ...(name === "" ? [] : [version])].join("  ");
  const changes = Object.entries(cell.changes ?? {}).flatMap(([member, { at, recorded: was, today: is }]) => [
    `  ${member}${at === undefined ? "" : ` from character ${at}`}`,
    `    then ${excerpt(JSON.stringify(was), 120)}`,
    `    now  ${excerpt(JSON.stringify(is), 120)}`,
  ]);
  return [excerpt(head, 200), ...(cell.reason === undefined ? [] : [`  ${excerpt(cell.reason, 200)}`]), ...changes];
}
