import type { Readable } from "node:stream";
import { BenthamError, Secret } from "@bentham/core";

/** Where a command reads what is handed to it: a pipe, a file, or the keys of a terminal. */
export type Input = Readable & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };

/** Most characters of a secret: far more than any has, and an end for a stream that has none. */
const MOST_CHARACTERS = 64 * 1024;

/** What the keys of a terminal send in raw mode (ECMA-48). */
const KEYS = {
  stop: new Set(["\u0003", "\u001b"]),
  end: new Set(["\r", "\n", "\u0004"]),
  erase: new Set(["\b", "\u007f"]),
  eraseAll: "\u0015",
} as const;

/**
 * Reads a secret: all there is of a pipe or a file, or one line of a terminal, which is not shown. `prompt` is called
 * when somebody at a terminal is to type.
 *
 * @throws BenthamError USAGE when it is too long, or when whoever types gives up with Ctrl-C or Escape.
 */
export async function readSecret(input: Input, prompt: () => void): Promise<Secret> {
  input.setEncoding("utf8");
  if (!input.isTTY) return new Secret(await readAll(input));
  input.setRawMode?.(true); // Before the prompt: whoever types ahead is not shown either.
  try {
    prompt();
    return new Secret(await readLine(input));
  } finally {
    input.setRawMode?.(false);
    input.destroy(); // A terminal that is still read keeps the process from ending.
  }
}

async function readAll(input: Readable): Promise<string> {
  let text = "";
  for await (const part of input) {
    text += String(part);
    if (text.length > MOST_CHARACTERS) throw tooLong();
  }
  return text;
}

async function readLine(input: Readable): Promise<string> {
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
    if (typed.length > MOST_CHARACTERS) throw tooLong();
  }
  return typed.join("");
}

function tooLong(): BenthamError {
  return new BenthamError(
    "USAGE",
    `more than ${MOST_CHARACTERS} characters are no credential; nothing has been changed`,
  );
}
