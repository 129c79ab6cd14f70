import type { CDPSession } from "playwright-core";

/** Something that the person did, as the view's page sends it. Places are in CSS pixels of the shown page. */
export type ViewInput =
  | {
      readonly type: "move" | "down" | "up";
      readonly x: number;
      readonly y: number;
      readonly button: "none" | "left" | "middle" | "right";
      readonly buttons: number;
      readonly clicks: number;
      readonly modifiers: number;
    }
  | {
      readonly type: "wheel";
      readonly x: number;
      readonly y: number;
      readonly dx: number;
      readonly dy: number;
      readonly modifiers: number;
    }
  | {
      readonly type: "keydown" | "keyup";
      readonly key: string;
      readonly code: string;
      readonly modifiers: number;
    }
  | { readonly type: "text"; readonly text: string };

/** Longest text that is put in at once. */
const MOST_TEXT = 10_000;

const BUTTONS = ["none", "left", "middle", "right"] as const;

/** The inputs in a message of the view's page; nothing where it is none. */
export function readInputs(message: unknown): ViewInput[] | undefined {
  if (!Array.isArray(message)) return undefined;
  const inputs = message.map(readInput);
  return inputs.every((input) => input !== undefined) ? inputs : undefined;
}

/** Gives an input to the shown page, as its browser gives those of a mouse and a keyboard. */
export async function giveInput(cdp: CDPSession, input: ViewInput): Promise<void> {
  switch (input.type) {
    case "move":
    case "down":
    case "up": {
      const { x, y, button, buttons, modifiers } = input;
      const type = ({ move: "mouseMoved", down: "mousePressed", up: "mouseReleased" } as const)[input.type];
      const clickCount = input.type === "move" ? 0 : input.clicks;
      await cdp.send("Input.dispatchMouseEvent", { type, x, y, button, buttons, clickCount, modifiers });
      return;
    }
    case "wheel": {
      const { x, y, dx, dy, modifiers } = input;
      await cdp.send("Input.dispatchMouseEvent", { type: "mouseWheel", x, y, deltaX: dx, deltaY: dy, modifiers });
      return;
    }
    case "keydown":
    case "keyup": {
      const { key, code, modifiers } = input;
      const text = input.type === "keydown" ? textOf(input) : "";
      await cdp.send("Input.dispatchKeyEvent", {
        type: input.type === "keyup" ? "keyUp" : text === "" ? "rawKeyDown" : "keyDown",
        key,
        code,
        modifiers,
        windowsVirtualKeyCode: virtualKeyOf(key, code),
        ...(text === "" ? {} : { text, unmodifiedText: text }),
      });
      return;
    }
    case "text":
      await cdp.send("Input.insertText", { text: input.text });
  }
}

/** Virtual-key codes of keys that do something by it, as Chromium takes them (Windows' `VK_*`). */
const VIRTUAL_KEYS: Readonly<Record<string, number>> = {
  Backspace: 8,
  Tab: 9,
  Enter: 13,
  Shift: 16,
  Control: 17,
  Alt: 18,
  Escape: 27,
  PageUp: 33,
  PageDown: 34,
  End: 35,
  Home: 36,
  ArrowLeft: 37,
  ArrowUp: 38,
  ArrowRight: 39,
  ArrowDown: 40,
  Delete: 46,
  " ": 32,
};

/** The virtual-key code of a key; 0 for one that only writes. Letters and digits have their own, wherever they lie. */
function virtualKeyOf(key: string, code: string): number {
  const known = Object.hasOwn(VIRTUAL_KEYS, key) ? VIRTUAL_KEYS[key] : undefined;
  const [, sign] = /^(?:Key|Digit)([A-Z0-9])$/.exec(code) ?? [];
  return known ?? sign?.charCodeAt(0) ?? 0;
}

/** What a key writes; nothing with Ctrl or Meta, by which it does something else. */
function textOf({ key, modifiers }: { readonly key: string; readonly modifiers: number }): string {
  if (key === "Enter") return "\r";
  const isChord = (modifiers & 0b0110) !== 0;
  return Array.from(key).length === 1 && !isChord ? key : "";
}

function readInput(value: unknown): ViewInput | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const read = new Reader(value);
  const modifiers = read.number("modifiers", 15);
  const [x, y] = [read.number("x", 100_000), read.number("y", 100_000)];
  const type = read.text("type", 10);
  switch (type) {
    case "move":
    case "down":
    case "up": {
      const button = BUTTONS.find((name) => name === read.text("button", 10));
      const [buttons, clicks] = [read.number("buttons", 31), read.number("clicks", 3)];
      return button && read.isGood ? { type, x, y, button, buttons, clicks, modifiers } : undefined;
    }
    case "wheel": {
      const [dx, dy] = [read.number("dx", 100_000), read.number("dy", 100_000)];
      return read.isGood ? { type, x, y, dx, dy, modifiers } : undefined;
    }
    case "keydown":
    case "keyup": {
      const key = read.text("key", 40);
      const code = read.text("code", 40);
      return read.isGood ? { type, key, code, modifiers } : undefined;
    }
    case "text": {
      const text = read.text("text", MOST_TEXT);
      return read.isGood ? { type, text } : undefined;
    }
    default:
      return undefined;
  }
}

/** Reads members of a message, and remembers whether all of them were as they should be. */
class Reader {
  readonly #value: object;
  isGood = true;

  constructor(value: object) {
    this.#value = value;
  }

  /** A number of at most `most` either way. @default 0 */
  number(name: string, most: number): number {
    const value = this.#member(name) ?? 0;
    if (typeof value === "number" && Math.abs(value) <= most) return value;
    this.isGood = false;
    return 0;
  }

  /** A text of at most `most` characters. @default "" */
  text(name: string, most: number): string {
    const value = this.#member(name) ?? "";
    if (typeof value === "string" && value.length <= most) return value;
    this.isGood = false;
    return "";
  }

  #member(name: string): unknown {
    return Object.hasOwn(this.#value, name) ? Object.getOwnPropertyDescriptor(this.#value, name)?.value : undefined;
  }
}
