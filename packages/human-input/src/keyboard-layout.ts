const PLAIN = "`1234567890-=[]\\;',./ abcdefghijklmnopqrstuvwxyz";
const SHIFTED = '~!@#$%^&*()_+{}|:"<>?ABCDEFGHIJKLMNOPQRSTUVWXYZ';

const ROWS = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

/** Whether a character has a key on a keyboard of the United States, and whether that key gives it only with Shift. */
export function keyOf(character: string): { readonly needsShift: boolean } | undefined {
  if (PLAIN.includes(character)) return { needsShift: false };
  return SHIFTED.includes(character) ? { needsShift: true } : undefined;
}

/** The letter on a key next to the one of `letter`, to its right or, at a row's end, to its left. */
export function neighbourOf(letter: string): string | undefined {
  for (const row of ROWS) {
    const index = row.indexOf(letter);
    if (index !== -1) return row[index + 1] ?? row[index - 1];
  }
  return undefined;
}
