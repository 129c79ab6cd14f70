import type { Random } from "@bentham/core";

/** The numbers from 0 to `length - 1` in random order (Fisher and Yates, as by Durstenfeld 1964). */
export function shuffledIndexes(length: number, random: Random): Uint32Array {
  const indexes = Uint32Array.from({ length }, (_, index) => index);
  for (let last = length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const [one, two] = [indexes[last] ?? 0, indexes[other] ?? 0];
    [indexes[last], indexes[other]] = [two, one];
  }
  return indexes;
}
