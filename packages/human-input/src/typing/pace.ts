import { clamp } from "../distributions.ts";
import { MS_PER_CHARACTER } from "./typist.ts";

/** Share of a range of speeds, in the logarithm and at either end, into which all beyond it is pressed. */
const MARGIN = 0.06;

/** What a text may take longer since no two events are at one time, in milliseconds. */
const MEETINGS_MS = 6;

/**
 * The time a text takes within a range of speeds, in milliseconds: what chance gives, unless that is near an end of the
 * range or beyond it. There it is pressed into the range, the more the farther, so that no text is typed faster or
 * slower than the configuration says, and few at just the end of it.
 *
 * @param steps Characters of the text after its first one: a speed is that of getting from character to character.
 */
export function timeWithin(range: { minWPM: number; maxWPM: number }, steps: number, timeMs: number): number {
  if (steps === 0 || timeMs === 0) return timeMs;
  const shortestMs = (steps * MS_PER_CHARACTER) / range.maxWPM;
  const longestMs = (steps * MS_PER_CHARACTER) / range.minWPM;
  const [shortest, longest] = [Math.log(shortestMs), Math.log(longestMs)];
  const margin = (longest - shortest) * MARGIN;
  const time = Math.log(timeMs);
  const pressed = (beyond: number): number => margin * Math.exp(-beyond / margin);
  let within = time;
  if (time < shortest + margin) within = shortest + (margin > 0 ? pressed(shortest + margin - time) : 0);
  if (time > longest - margin) within = longest - (margin > 0 ? pressed(time - longest + margin) : 0);
  // Whole milliseconds inside the range, where it holds any; keys that would meet come a few later.
  const least = Math.ceil(shortestMs);
  const most = Math.max(least, Math.floor(longestMs));
  return clamp(Math.round(Math.exp(within)), least, Math.max(least, most - Math.min(MEETINGS_MS, (most - least) / 4)));
}
