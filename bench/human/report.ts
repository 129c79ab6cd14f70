import { table } from "../benchmark.ts";
import type { Reference } from "./reference.ts";
import type { Score } from "./score.ts";

/** The least that is aimed at: the mean of the scores, and the lowest of them. */
const AIM = { r: 0.97, lowest: 0.9 } as const;

/** Whether a score comes to what is aimed at. */
export function meetsAim({ r, lowest, spreads }: Score): boolean {
  return r >= AIM.r && lowest >= AIM.lowest && spreads.every(({ isInside }) => isInside);
}

/**
 * What a score comes to, with its metrics and how much people differ, in lines.
 *
 * @param note What is to be said of a score that no aim is set for.
 */
export function reportOf(what: string, reference: Reference, split: string, score: Score, note?: string): string {
  const { metrics, spreads, r, lowest } = score;
  const aim = `${meetsAim(score) ? "aim met" : "aim NOT met"}: R >= ${AIM.r}, min s >= ${AIM.lowest}, every spread inside its range`;
  return [
    `${what}, against ${split} of ${reference.name} (${reference.source})`,
    `R ${r.toFixed(4)}   min s ${lowest.toFixed(3)}   ${note ?? aim}`,
    "",
    table(
      ["metric", "KS", "noise floor", "s"],
      metrics.map(({ metric, distance, noiseFloor, score: s }) => [
        metric,
        distance.toFixed(3),
        noiseFloor.toFixed(3),
        s.toFixed(3),
      ]),
    ),
    "",
    table(
      ["between people", "ours", "people, 2.5 to 97.5 %", ""],
      spreads.map(({ name, value, lowest: low, highest: high, isInside }) => [
        name,
        value.toFixed(3),
        `${low.toFixed(3)} to ${high.toFixed(3)}`,
        isInside ? "inside" : "OUTSIDE",
      ]),
    ),
  ].join("\n");
}
