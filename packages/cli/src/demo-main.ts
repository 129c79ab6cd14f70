import process from "node:process";
import { runDemo } from "./demo/run-demo.ts";
import { processTerminal } from "./terminal.ts";

process.exitCode = await runDemo({
  terminal: processTerminal(process),
  get input() {
    return process.stdin;
  },
  environment: process.env,
  currentFolder: process.env["INIT_CWD"] ?? process.cwd(),
  signals: process,
});
