import type { KeyCommand } from "../dev-tools.ts";
import type { KeyboardLayout } from "./keyboard-layout.ts";

/** Keys that give no character: code, virtual key code of Windows, and where on the keyboard they are. */
const NAMED: Readonly<Record<string, { code: string; virtual: number; location?: number; text?: string }>> = {
  Shift: { code: "ShiftLeft", virtual: 16, location: 1 },
  AltGraph: { code: "AltRight", virtual: 18, location: 2 },
  Control: { code: "ControlLeft", virtual: 17, location: 1 },
  Meta: { code: "MetaLeft", virtual: 91, location: 1 },
  Enter: { code: "Enter", virtual: 13, text: "\r" },
  Backspace: { code: "Backspace", virtual: 8 },
};

/** Virtual key codes of keys that give no letter and no digit. */
const VIRTUAL: Readonly<Record<string, number>> = {
  Space: 32,
  Semicolon: 186,
  Equal: 187,
  Comma: 188,
  Minus: 189,
  Period: 190,
  Slash: 191,
  Backquote: 192,
  BracketLeft: 219,
  Backslash: 220,
  BracketRight: 221,
  Quote: 222,
  IntlBackslash: 226,
};

const SHIFT = 8;
const META = 4;
const CONTROL = 2;

/**
 * What the browser is told of a key of another keyboard than that of the United States: its place is that of the key,
 * its name that of the character; undefined for a key that the keyboard does not have.
 *
 * @param held The keys that are down.
 */
export function keyCommand(
  layout: KeyboardLayout,
  key: string,
  direction: "keyDown" | "keyUp",
  held: ReadonlySet<string>,
): KeyCommand | undefined {
  const modifiers =
    (held.has("Shift") ? SHIFT : 0) + (held.has("Control") ? CONTROL : 0) + (held.has("Meta") ? META : 0);
  const named = NAMED[key];
  if (named) {
    const { code, virtual, location, text } = named;
    const place = { key, code, windowsVirtualKeyCode: virtual, modifiers, ...(location ? { location } : {}) };
    if (direction === "keyUp") return { type: "keyUp", ...place };
    return text === undefined ? { type: "rawKeyDown", ...place } : { type: "keyDown", ...place, text };
  }
  const code = layout.keyOf(key)?.code;
  if (code === undefined) return undefined;
  const place = { key, code, windowsVirtualKeyCode: virtualCode(key, code), modifiers };
  if (direction === "keyUp") return { type: "keyUp", ...place };
  // With Control or Meta a key is a command, and types nothing.
  if ((modifiers & (CONTROL | META)) !== 0) return { type: "rawKeyDown", ...place };
  return { type: "keyDown", ...place, text: key, unmodifiedText: key };
}

function virtualCode(key: string, code: string): number {
  if (/^[a-z]$/i.test(key)) return key.toUpperCase().charCodeAt(0);
  if (code.startsWith("Digit")) return code.charCodeAt("Digit".length);
  return VIRTUAL[code] ?? 0;
}
