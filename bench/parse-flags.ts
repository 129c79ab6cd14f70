import type { Flags } from "./benchmark.ts";

/** Reads `--name value`, `--name=value` and `--name`. Gives a sentence instead when something is none of these. */
export function parseFlags(args: readonly string[]): Flags | string {
  const flags: Record<string, string> = {};
  let open: string | undefined;
  for (const arg of args) {
    const [, flag, value] = /^--([a-z][a-z-]*)(?:=(.*))?$/.exec(arg) ?? [];
    if (flag !== undefined) {
      flags[flag] = value ?? "true";
      open = value === undefined ? flag : undefined;
    } else if (open === undefined) {
      return `"${arg}" belongs to no flag: write --name value`;
    } else {
      flags[open] = arg;
      open = undefined;
    }
  }
  return flags;
}
