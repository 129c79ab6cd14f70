import type { Readable } from "node:stream";
import { BenthamError, Secret } from "@bentham/core";

/** Where a command reads what is handed to it: a pipe, a file, or the keys of a terminal. */
export type Input = Readable & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };

/** Most characters of a key: far more than any has, and an end for a stream that has none. */
export const MOST_OF_KEY: number = 64 * 1024;

/** Most characters of a page's whole storage. */
export const MOST_OF_STORAGE: number = 2 * 1024 * 1024;

/** What the keys of a terminal send in raw mode (ECMA-48). */
const KEYS = {
  stop: new Set(["\u0003", "\u001b"]),
  end: new Set(["\r", "\n", "\u0004"]),
  erase: new Set(["\b", "\u007f"]),
  eraseAll: "\u0015",
} as const;

/**
 * Reads a secret of at most `most` characters: all there is of a pipe or a file, or one line of a terminal, which is not shown. `prompt` is called
 * when somebody at a terminal is to type.
 *
 * @throws BenthamError USAGE when it is too long, or when whoever types gives up with Ctrl-C or Escape.
 */
export async function readSecret(input: Input, prompt: () => void, most: number = MOST_OF_KEY): Promise<Secret> {
  input.setEncoding("utf8");
  if (!input.isTTY) return new Secret(await readAll(input, most));
  input.setRawMode?.(true); // Before the prompt: whoever types ahead is not shown either.
  try {
    prompt();
    return new Secret(await readLine(input, most));
  } finally {
    input.setRawMode?.(false);
    input.destroy(); // A terminal that is still read keeps the process from ending.
  }
}

async function readAll(input: Readable, most: number): Promise<string> {
  let text = "";
  for await (const part of input) {
    text += String(part);
    if (text.length > most) throw tooLong(most);
  }
  return text;
}

async function readLine(input: Readable, most: number): Promise<string> {
  const typed: string[] = [];
  // Not destroyed by the loop: a terminal must be taken out of raw mode first.
  for await (const part of input.iterator({ destroyOnReturn: false })) {
    for (const key of String(part)) {
      if (KEYS.stop.has(key)) throw new BenthamError("USAGE", "stopped; nothing has been changed");
      if (KEYS.end.has(key)) return typed.join("");
      if (KEYS.erase.has(key)) typed.pop();
      else if (key === KEYS.eraseAll) typed.length = 0;
      else typed.push(key);
    }
    if (typed.length > most) throw tooLong(most);
  }
  return typed.join("");
}

function tooLong(most: number): BenthamError {
  return new BenthamError("USAGE", `more than ${most} characters are no credential; nothing has been changed`);
}
