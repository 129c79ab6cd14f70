import { BenthamError, didYouMean } from "@bentham/core";
import type { KeyboardLayout } from "./keyboard-layout.ts";

/** Keys that give no character, by the names of `KeyboardEvent.key`. */
const NAMED: readonly string[] = [
  "Enter Tab Escape Backspace Delete Insert Home End PageUp PageDown ArrowUp ArrowDown ArrowLeft ArrowRight",
  "Shift Control Alt AltGraph Meta F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 F11 F12",
].flatMap((names) => names.split(" "));

/**
 * Refuses what no key of the keyboard is called.
 *
 * @throws BenthamError CONFIG_INVALID naming the key, and the one it may stand for.
 */
export function checkKey(key: string, layout: KeyboardLayout): void {
  if (NAMED.includes(key) || layout.keyOf(key)) return;
  const known = `a key is one character of the ${layout.name} keyboard, or one of ${NAMED.join(", ")}`;
  throw new BenthamError(
    "CONFIG_INVALID",
    `there is no key ${JSON.stringify(key)}: ${didYouMean(key, NAMED) ?? known}`,
  );
}
