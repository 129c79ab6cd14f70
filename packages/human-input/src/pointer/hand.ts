import type { Random } from "@bentham/core";
import { lognormal } from "../distributions.ts";
import { POINTER_FIGURES } from "./pointer-figures.ts";

/** How one person moves a mouse; drawn once, and kept. */
export interface Hand {
  /** How long this person's ways take, and their rest before a press, as multiples of what is usual. */
  readonly slowness: number;
  readonly resting: number;
  /** How long this person holds the button, in milliseconds. */
  readonly holdMs: number;
  /** Time between two places of the pointer, in milliseconds. */
  readonly frameMs: number;
}

/** A page is told of one place of the pointer a frame. */
const FRAME_MS = 1000 / 60;

/** A mouse that tells of 125 places a second. */
const FAST_FRAME_MS = 8;

export function drawHand(random: Random): Hand {
  const { time, dwell, hold, fastMice } = POINTER_FIGURES;
  return {
    slowness: lognormal(random, 1, time.personDeviation),
    resting: lognormal(random, 1, dwell.personDeviation),
    holdMs: lognormal(random, hold.median, hold.personDeviation),
    frameMs: random() < fastMice ? FAST_FRAME_MS : FRAME_MS,
  };
}
