import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { BenthamError } from "@bentham/core";
import { openStore } from "@bentham/runtime";
import { type CommandContext, type CommonOptions, dataFolder } from "../command-context.ts";
import { findRun } from "../find-run.ts";
import { cancel } from "./cancel.ts";
import { exportWacz } from "./export-wacz.ts";
import { exportResults } from "./export.ts";
import { pause } from "./pause.ts";
import { results } from "./results.ts";
import { status } from "./status.ts";

/** Runs a verb that needs the store alone. */
export async function inspect(
  context: CommandContext,
  verb: "status" | "results" | "pause" | "cancel" | "export",
  name: string,
  options: CommonOptions & { out?: string; wacz?: string; all?: boolean },
): Promise<number> {
  const { terminal, currentFolder } = context;
  const { json = false, out, wacz, all = false } = options;
  const folder = dataFolder(context, options);
  if (!existsSync(join(folder, "bentham.db"))) {
    throw new BenthamError("RUN_UNKNOWN", `nothing has been run in ${folder}: name the data folder with --dir`);
  }
  await using store = await openStore(folder);
  const run = await findRun(store, name, currentFolder);
  switch (verb) {
    case "status":
      return await status(store, run, terminal, { json, evidenceFolder: join(folder, "evidence") });
    case "results":
      return await results(store, run, terminal, json);
    case "pause":
      return await pause(store, run, terminal, json);
    case "cancel":
      return await cancel(store, run, terminal, json);
    case "export":
      if (wacz !== undefined) {
        if (out !== undefined)
          throw new BenthamError("USAGE", "--out and --wacz write different files: name one of them");
        return await exportWacz({ store, evidenceFolder: join(folder, "evidence") }, run, terminal, {
          out: resolve(currentFolder, wacz),
          superseded: all,
          json,
        });
      }
      return await exportResults(store, run, terminal, {
        all,
        ...(out === undefined ? {} : { out: resolve(currentFolder, out) }),
      });
  }
}
