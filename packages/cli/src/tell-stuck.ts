import { isBenthamError } from "@bentham/core";
import { printable } from "./printable.ts";
import type { Terminal } from "./terminal.ts";

/** What could not be given back, and why. */
interface Stuck {
  readonly resource: string;
  readonly error: unknown;
}

/** Of an executor, what is listened to. */
interface StuckSource {
  on(name: "resources:stuck", listener: (stuck: Stuck) => void): () => void;
}

/**
 * Warns, once of each thing, of what could not be given back as it should be: that what a browser had of an account was not
 * saved, say, since the disk is full. What others' libraries say may hold secrets, and is in the log, scrubbed.
 */
export function tellStuck(terminal: Terminal, executor: StuckSource): Disposable {
  const told = new Set<string>();
  const stop = executor.on("resources:stuck", ({ resource, error }) => {
    if (!isBenthamError(error)) return;
    const warning = `warning: a ${resource} was not given back as it should be: ${printable(error.message)}`;
    if (!told.has(warning)) terminal.tell(warning);
    told.add(warning);
  });
  return { [Symbol.dispose]: stop };
}
