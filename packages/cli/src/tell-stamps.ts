import type { StampReport, StampStanding } from "@bentham/runtime";
import { printable } from "./printable.ts";
import type { Terminal } from "./terminal.ts";

/** Tells in one line that time stamps came, or which wait and why. Says nothing where there is nothing to say. */
export function tellStamps(terminal: Terminal, { stamped, waiting, reason }: StampReport): void {
  if (stamped > 0) terminal.tell(`${counted(stamped)} came`);
  if (waiting === 0) return;
  const why = reason === undefined ? "" : `: ${reason}`;
  const next = "the next `bentham run`, `worker` or `verify` of this folder asks for them";
  terminal.tell(printable(`${counted(waiting)} ${waiting === 1 ? "waits" : "wait"}${why}; ${next}`));
}

/** How many roots of a run are stamped, in words; undefined when none was to be. */
export function stampLine({ stamped, waiting }: StampStanding): string | undefined {
  if (stamped + waiting === 0) return undefined;
  const wait = waiting === 0 ? "" : `, ${waiting} ${waiting === 1 ? "waits" : "wait"} for the authority`;
  return `${counted(stamped)}${wait}`;
}

function counted(stamps: number): string {
  return stamps === 1 ? "1 time stamp" : `${stamps} time stamps`;
}
