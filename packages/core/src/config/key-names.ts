import { didYouMean } from "../nearest.ts";

/** Keys that give no character, by the names of `KeyboardEvent.key`. */
export const KEY_NAMES: readonly string[] = [
  "Enter Tab Escape Backspace Delete Insert Home End PageUp PageDown ArrowUp ArrowDown ArrowLeft ArrowRight",
  "Shift Control Alt AltGraph Meta F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 F11 F12",
].flatMap((names) => names.split(" "));

/** What is wrong with the name of a key, in words; undefined for one of {@link KEY_NAMES}, and for any one character. */
export function keyNameProblem(key: string): string | undefined {
  if (KEY_NAMES.includes(key) || Array.from(key).length === 1) return undefined;
  const known = `a key is one character of the keyboard, or one of ${KEY_NAMES.join(", ")}`;
  return `there is no key ${JSON.stringify(key)}: ${didYouMean(key, KEY_NAMES) ?? known}`;
}
