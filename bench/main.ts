// npm run bench -- NAME [flags]: runs one benchmark; without a name, lists them.

import process from "node:process";
import { benchCommand } from "./bench-command.ts";

process.exitCode = await benchCommand(import.meta.dirname, process.argv.slice(2), console);
