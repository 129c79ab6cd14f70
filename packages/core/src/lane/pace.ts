/**
 * How much later than another one a question may reach its surface that went out by its turn, in milliseconds: a turn is good
 * for a second, and networks differ. A minute at the surface then holds the turns of so much more than a minute.
 */
const LATENESS = 1500;

/**
 * Milliseconds between two turns of a lane, so that its surface counts at most `perMinute` + 1 questions in any 60 s. It is
 * 2.5 % longer than a minute's share.
 */
export function paceOf(perMinute: number): number {
  return (60_000 + LATENESS) / perMinute;
}
