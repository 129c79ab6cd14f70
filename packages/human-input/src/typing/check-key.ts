import { BenthamError, KEY_NAMES, keyNameProblem } from "@bentham/core";
import type { KeyboardLayout } from "./keyboard-layout.ts";

/**
 * Refuses what no key of the keyboard is called.
 *
 * @throws BenthamError CONFIG_INVALID naming the key, and the one it may stand for.
 */
export function checkKey(key: string, layout: KeyboardLayout): void {
  if (KEY_NAMES.includes(key) || layout.keyOf(key)) return;
  const problem = keyNameProblem(key) ?? `there is no key ${JSON.stringify(key)} on the ${layout.name} keyboard`;
  throw new BenthamError("CONFIG_INVALID", problem);
}
