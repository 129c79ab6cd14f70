/** The keys that give a character, without Shift and with it, in one order; the space bar gives the same one. */
const PLAIN = "`1234567890-=[]\\;',./abcdefghijklmnopqrstuvwxyz ";
const SHIFTED = '~!@#$%^&*()_+{}|:"<>?ABCDEFGHIJKLMNOPQRSTUVWXYZ';

const ROWS = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

/** The letters of each finger, from the left little finger to the right one. */
const FINGERS = ["qaz", "wsx", "edc", "rfvtgb", "yhnujm", "ik", "ol", "p"];

/** The first finger of the right hand. */
const RIGHT_HAND = 4;

/** Whether a character has a key on a keyboard of the United States, and whether that key gives it only with Shift. */
export function keyOf(character: string): { readonly needsShift: boolean } | undefined {
  if (character.length !== 1) return undefined;
  if (PLAIN.includes(character)) return { needsShift: false };
  return SHIFTED.includes(character) ? { needsShift: true } : undefined;
}

/** The name of the same key without Shift: that of "A" and "a" is "a". */
export function plainKeyOf(key: string): string {
  return key.length === 1 ? (PLAIN[SHIFTED.indexOf(key)] ?? key) : key;
}

/** Whether it is one of the 26 letters, small or large. */
export function isLetter(character: string | undefined): character is string {
  return character !== undefined && /^[a-z]$/i.test(character);
}

/** The letters on the keys beside the one of `letter`, in its case. */
export function neighboursOf(letter: string): readonly string[] {
  const small = letter.toLowerCase();
  const row = ROWS.find((letters) => letters.includes(small)) ?? "";
  const index = row.indexOf(small);
  const beside = [row[index - 1], row[index + 1]].filter((found) => found !== undefined);
  return letter === small ? beside : beside.map((found) => found.toUpperCase());
}

/** How the hands get from one letter to another. */
export function reachOf(from: string, to: string): "sameKey" | "sameFinger" | "sameHand" | "otherHand" {
  const [one, other] = [from.toLowerCase(), to.toLowerCase()];
  if (one === other) return "sameKey";
  const [first, second] = [fingerOf(one), fingerOf(other)];
  if (first === second) return "sameFinger";
  return first < RIGHT_HAND === second < RIGHT_HAND ? "sameHand" : "otherHand";
}

function fingerOf(letter: string): number {
  return FINGERS.findIndex((letters) => letters.includes(letter));
}
