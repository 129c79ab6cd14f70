/** Longest word that a nearest one is looked for; what is longer is no slip of a key. */
const LONGEST_WORD = 64;

/** The one of `known` that `word` most likely stands for, if any comes close. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  if (word.length > LONGEST_WORD) return undefined;
  let best: string | undefined;
  let least = Math.ceil(word.length / 3) + 1; // A letter in three may be wrong.
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** `did you mean "x"?` where something comes close. */
export function didYouMean(word: string, known: Iterable<string>): string | undefined {
  const match = nearest(word, known);
  return match === undefined ? undefined : `did you mean "${match}"?`;
}

/** How many letters must be added, dropped, changed or swapped with their neighbour (optimal string alignment). */
function editDistance(one: string, other: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1];
      let distance = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (isSame ? 0 : 1),
      );
      if (row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]) {
        distance = Math.min(distance, (before[column - 2] ?? 0) + 1);
      }
      current.push(distance);
    }
    [before, previous] = [previous, current];
  }
  return previous[other.length] ?? 0;
}
