import type { CommandContext } from "./command-context.ts";

/** The exit code of a command that met a fault of its own. */
const INTERNAL_ERROR = 1;

/**
 * Ends the process on an error that nobody has caught: what it goes on with from there nobody knows. Its leases are void
 * with it, and the same command goes on. The error's own words are shown to those alone who debug: they may hold a key.
 */
export function endOnFault(process: NodeJS.Process, { terminal, environment }: CommandContext): void {
  process.on("uncaughtException", (error: unknown) => {
    const isError = error instanceof Error;
    const name = isError ? error.name : typeof error;
    const frames = isError ? (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line)) : [];
    terminal.tell(`internal error: ${name}; please report it with the lines below. The same command goes on`);
    for (const line of frames) terminal.tell(line);
    if (environment["DEBUG"]) terminal.tell(String(isError ? error.stack : error));
    process.exit(INTERNAL_ERROR);
  });
}
