#!/usr/bin/env node
import process from "node:process";
import { runCommandLine } from "./command-line.ts";
import { endOnFault } from "./end-on-fault.ts";
import { keepHeapSmall } from "./keep-heap-small.ts";
import { processTerminal } from "./terminal.ts";

keepHeapSmall();
const context = {
  terminal: processTerminal(process),
  get input() {
    return process.stdin;
  },
  environment: process.env,
  // npm runs scripts in the repository's root, and names the folder that the user stands in.
  currentFolder: process.env["INIT_CWD"] ?? process.cwd(),
  signals: process,
};
endOnFault(process, context);
process.exitCode = await runCommandLine(process.argv.slice(2), context);
