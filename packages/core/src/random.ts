import { createHash } from "node:crypto";

/** A source of chance: each call gives a number in [0, 1). */
export type Random = () => number;

/** Chance that nobody can replay. */
export const systemRandom: Random = () => Math.random();

/**
 * Chance that replays: the same seed gives the same numbers for ever, on every machine.
 * sfc32 (Chris Doty-Humphrey, PractRand), seeded with the SHA-256 of `seed`. Not for keys or tokens.
 */
export function seededRandom(seed: string): Random {
  const digest = createHash("sha256").update(seed).digest();
  let a = digest.readInt32LE(0);
  let b = digest.readInt32LE(4);
  let c = digest.readInt32LE(8);
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let warmUp = 0; warmUp < 12; warmUp++) next();
  return next;
}
