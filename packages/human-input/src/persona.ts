import { type HumanBehaviorConfig, seededRandom } from "@bentham/core";
import { drawHand, type Hand } from "./pointer/hand.ts";
import { drawReadingSpeed } from "./reading-speed.ts";
import { drawTypist, type Typist } from "./typing/typist.ts";

/** What stays the same about one person, from one action to the next. */
export interface Persona {
  readonly typist: Typist;
  readonly hand: Hand;
  /** How fast this person reads, in words a minute. */
  readonly readingWPM: number;
  readonly config: HumanBehaviorConfig;
}

/**
 * A person within the configuration, drawn once. Each part of a person has a stream of chance of its own.
 *
 * @param seed The same seed draws the same person.
 */
export function personaOf(config: HumanBehaviorConfig, seed: string): Persona {
  return {
    typist: drawTypist(config.typing, seededRandom(`${seed}/persona-typing`)),
    hand: drawHand(seededRandom(`${seed}/persona-pointer`)),
    readingWPM: drawReadingSpeed(seededRandom(`${seed}/persona-reading`)),
    config,
  };
}
