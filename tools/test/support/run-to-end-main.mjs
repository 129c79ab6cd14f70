// Runs a command as the bootstrap does, with the options given as JSON.

import process from "node:process";
import { runToEnd } from "../../runtime/run-to-end.mjs";

const [options, command, ...args] = process.argv.slice(2);
const { code } = await runToEnd(command, args, { stdio: "inherit", ...JSON.parse(options) });
process.exitCode = code ?? 99;
