import { BenthamError, type KeyboardName } from "@bentham/core";

/** The keyboards that are known. */
export const LAYOUT_NAMES: readonly KeyboardName[] = ["us", "uk", "german", "french", "spanish"];

/** How a character comes from a keyboard. */
export interface Key {
  /** Which key it is, as `KeyboardEvent.code` names it. */
  readonly code: string;
  /** What is held with it. */
  readonly modifier?: "Shift" | "AltGraph";
}

/** Codes of the four rows, from the upper left; the last key of each is there on European keyboards alone. */
const ROWS = [
  "Backquote Digit1 Digit2 Digit3 Digit4 Digit5 Digit6 Digit7 Digit8 Digit9 Digit0 Minus Equal",
  "KeyQ KeyW KeyE KeyR KeyT KeyY KeyU KeyI KeyO KeyP BracketLeft BracketRight",
  "KeyA KeyS KeyD KeyF KeyG KeyH KeyJ KeyK KeyL Semicolon Quote Backslash",
  "IntlBackslash KeyZ KeyX KeyC KeyV KeyB KeyN KeyM Comma Period Slash",
].map((row) => row.split(" "));

/** Where a row gives nothing, or an accent that waits for a letter: such letters are inserted. */
const NONE = "\0";

interface LayoutTable {
  /** What the keys of each of the {@link ROWS} give. */
  readonly plain: readonly string[];
  readonly shifted: readonly string[];
  /** What the right Alt key gives, with the code of the key. */
  readonly altGraph?: Readonly<Record<string, string>>;
}

const US: LayoutTable = {
  plain: ["`1234567890-=", "qwertyuiop[]", "asdfghjkl;'\\", `${NONE}zxcvbnm,./`],
  shifted: ["~!@#$%^&*()_+", "QWERTYUIOP{}", 'ASDFGHJKL:"|', `${NONE}ZXCVBNM<>?`],
};

const TABLES: Readonly<Record<KeyboardName, LayoutTable>> = {
  us: US,
  uk: {
    plain: ["`1234567890-=", "qwertyuiop[]", "asdfghjkl;'#", "\\zxcvbnm,./"],
    shifted: ['¬!"£$%^&*()_+', "QWERTYUIOP{}", "ASDFGHJKL:@~", "|ZXCVBNM<>?"],
    altGraph: { "€": "Digit4", "¦": "Backquote" },
  },
  german: {
    plain: [`${NONE}1234567890ß${NONE}`, "qwertzuiopü+", "asdfghjklöä#", "<yxcvbnm,.-"],
    shifted: [`°!"§$%&/()=?${NONE}`, "QWERTZUIOPÜ*", "ASDFGHJKLÖÄ'", ">YXCVBNM;:_"],
    altGraph: {
      "²": "Digit2",
      "³": "Digit3",
      "{": "Digit7",
      "[": "Digit8",
      "]": "Digit9",
      "}": "Digit0",
      "\\": "Minus",
      "@": "KeyQ",
      "€": "KeyE",
      "~": "BracketRight",
      "|": "IntlBackslash",
      µ: "KeyM",
    },
  },
  french: {
    plain: ["²&é\"'(-è_çà)=", `azertyuiop${NONE}$`, "qsdfghjklmù*", "<wxcvbn,;:!"],
    shifted: [`${NONE}1234567890°+`, `AZERTYUIOP${NONE}£`, "QSDFGHJKLM%µ", ">WXCVBN?./§"],
    altGraph: {
      "#": "Digit3",
      "{": "Digit4",
      "[": "Digit5",
      "|": "Digit6",
      "\\": "Digit8",
      "^": "Digit9",
      "@": "Digit0",
      "]": "Minus",
      "}": "Equal",
      "€": "KeyE",
    },
  },
  spanish: {
    plain: ["º1234567890'¡", `qwertyuiop${NONE}+`, `asdfghjklñ${NONE}ç`, "<zxcvbnm,.-"],
    shifted: ['ª!"·$%&/()=?¿', `QWERTYUIOP${NONE}*`, `ASDFGHJKLÑ${NONE}Ç`, ">ZXCVBNM;:_"],
    altGraph: {
      "\\": "Backquote",
      "|": "Digit1",
      "@": "Digit2",
      "#": "Digit3",
      "€": "KeyE",
      "¬": "Digit6",
      "[": "BracketLeft",
      "]": "BracketRight",
      "{": "Quote",
      "}": "Backslash",
    },
  },
};

/** The keys of each finger, from the left little finger to the right one. */
const FINGERS = [
  ["KeyQ", "KeyA", "KeyZ"],
  ["KeyW", "KeyS", "KeyX"],
  ["KeyE", "KeyD", "KeyC"],
  ["KeyR", "KeyF", "KeyV", "KeyT", "KeyG", "KeyB"],
  ["KeyY", "KeyH", "KeyN", "KeyU", "KeyJ", "KeyM"],
  ["KeyI", "KeyK", "Comma"],
  ["KeyO", "KeyL", "Period"],
  ["KeyP", "Semicolon", "Quote", "Slash"],
];

/** The first finger of the right hand. */
const RIGHT_HAND = 4;

const FINGER_OF = new Map(FINGERS.flatMap((codes, finger) => codes.map((code) => [code, finger] as const)));

/** How the hands get from one key to the next. */
export type Reach = "otherHand" | "sameHand" | "sameFinger" | "sameKey" | "wordEnd" | "wordStart" | "other";

export function reachBetween(from: string | undefined, to: string | undefined): Reach {
  if (from === "Space") return "wordStart";
  if (to === "Space") return "wordEnd";
  if (from !== undefined && from === to) return "sameKey";
  const [one, other] = [FINGER_OF.get(from ?? ""), FINGER_OF.get(to ?? "")];
  if (one === undefined || other === undefined) return "other";
  if (one === other) return "sameFinger";
  return one < RIGHT_HAND === other < RIGHT_HAND ? "sameHand" : "otherHand";
}

/** A keyboard: which keys give which characters. */
export class KeyboardLayout {
  readonly name: KeyboardName;
  readonly #keys = new Map<string, Key>([[" ", { code: "Space" }]]);
  readonly #neighbours = new Map<string, readonly string[]>();

  constructor(name: KeyboardName) {
    const { plain, shifted, altGraph = {} } = TABLES[name];
    this.name = name;
    for (const [character, code] of Object.entries(altGraph)) this.#keys.set(character, { code, modifier: "AltGraph" });
    for (const [row, codes] of ROWS.entries()) {
      for (const [column, code] of codes.entries()) {
        this.#add(shifted[row]?.[column], { code, modifier: "Shift" });
        this.#add(plain[row]?.[column], { code });
      }
      this.#addNeighbours(plain[row] ?? "");
      this.#addNeighbours(shifted[row] ?? "");
    }
  }

  /** The key of a character; undefined for one that the keyboard does not give. */
  keyOf(character: string): Key | undefined {
    return this.#keys.get(character);
  }

  /** Whether it is a letter that the keyboard gives, small or large. */
  isLetter(character: string | undefined): character is string {
    return character !== undefined && /^\p{L}$/u.test(character) && this.#keys.has(character);
  }

  /** The letters on the keys beside the one of `letter`, in its case. */
  neighboursOf(letter: string): readonly string[] {
    return this.#neighbours.get(letter) ?? [];
  }

  #add(character: string | undefined, key: Key): void {
    if (character !== undefined && character !== NONE) this.#keys.set(character, key);
  }

  #addNeighbours(row: string): void {
    for (let index = 0; index < row.length; index++) {
      const beside = [row[index - 1], row[index + 1]].filter((found) => this.isLetter(found));
      this.#neighbours.set(row[index] ?? "", beside);
    }
  }
}

const LAYOUTS = new Map(LAYOUT_NAMES.map((name) => [name, new KeyboardLayout(name)]));

/**
 * The keyboard of a name.
 *
 * @throws BenthamError CONFIG_INVALID for a name that is not known.
 */
export function layoutOf(name: KeyboardName): KeyboardLayout {
  const layout = LAYOUTS.get(name);
  if (layout) return layout;
  throw new BenthamError("CONFIG_INVALID", `layout must be one of ${LAYOUT_NAMES.join(", ")}, and is ${name}`);
}
