// npm run faults -- [row...]: runs rows of the fault matrix in full; without a name, all of them.

import { join } from "node:path";
import process from "node:process";
import { faultsCommand } from "./faults-command.ts";

process.exitCode = await faultsCommand(join(import.meta.dirname, "rows"), process.argv.slice(2), console);
