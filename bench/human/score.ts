import {
  correlationOf,
  deviationOf,
  type DistributionFunction,
  distanceTo,
  distanceWithMissing,
} from "./distribution.ts";
import { meanOf, medianOf, thinned } from "./distribution.ts";
import type { MovementMetrics } from "./mouse-metrics.ts";
import type { Reference } from "./reference.ts";
import type { PersonMetrics } from "./typing-metrics.ts";

/** How near a simulator comes to people in one metric. */
interface MetricScore {
  readonly metric: string;
  /** Kolmogorov and Smirnov's distance, from 0 to 1. */
  readonly distance: number;
  readonly noiseFloor: number;
  /** 1 where the distance is within the noise between people, 0 at distance 1. */
  readonly score: number;
}

/** How much the people of a simulator differ, beside how much people do. */
interface SpreadScore {
  readonly name: string;
  readonly value: number;
  readonly lowest: number;
  readonly highest: number;
  readonly isInside: boolean;
}

/** How near a simulator comes to people. */
export interface Score {
  readonly metrics: readonly MetricScore[];
  /** The mean of the scores. */
  readonly r: number;
  /** The lowest of the scores: a mean hides a dead metric. */
  readonly lowest: number;
  readonly spreads: readonly SpreadScore[];
}

/** The mean time of a movement over `distance` pixels, in milliseconds: people differ about it. */
function usualTime(distance: number): number {
  return 276 + 97 * Math.log2(distance / 60 + 1);
}

/** The distribution of a metric in one split of a reference. */
export function distributionOf(reference: Reference, metric: string, split: string): DistributionFunction {
  const at = reference.metrics.get(metric)?.quantiles[split];
  if (!at || at.length === 0) throw new Error(`${reference.name} has no ${metric} of ${split}`);
  return { at, level: reference.levelsPercent.map((percent) => percent / 100) };
}

/** Scores typing; `people` has undefined for those of whom too little could be measured. */
export function scoreTyping(
  reference: Reference,
  split: string,
  people: readonly (PersonMetrics | undefined)[],
): Score {
  const known = people.filter((person) => person !== undefined);
  const metrics = [...reference.metrics].map(([metric, { perPersonaCap = Infinity }]) => {
    const lists = known.map((person) => person.get(metric) ?? []);
    const isPooled = perPersonaCap > 1;
    const missing = isPooled
      ? people.length - known.length
      : people.length - lists.filter((list) => list[0] !== undefined).length;
    const values = lists.flatMap((list) => thinned(list, perPersonaCap));
    return scoreMetric(reference, metric, split, values, missing / people.length);
  });
  const one = (metric: string): number[] => known.map((person) => person.get(metric)?.[0] ?? 0);
  const holds = known.map((person) => Math.log(medianOf(person.get("hold") ?? [])));
  return scoreOf(reference, metrics, {
    holdSpread: deviationOf(holds),
    holdRollover: correlationOf(holds, one("rollover")),
    wpmRollover: correlationOf(one("wpm"), one("rollover")),
  });
}

/** Scores movements of the mouse, by person; undefined for those that could not be measured. */
export function scoreMouse(
  reference: Reference,
  split: string,
  people: readonly (readonly (MovementMetrics | undefined)[])[],
): Score {
  const all = people.flat();
  const known = all.filter((movement) => movement !== undefined);
  const missing = (all.length - known.length) / all.length;
  const metrics = [...reference.metrics.keys()].map((metric) => {
    const values = known.map((movement) => movement.get(metric) ?? 0);
    return scoreMetric(reference, metric, split, values, missing);
  });
  const spread = (logarithm: (movement: MovementMetrics) => number): number =>
    deviationOf(
      people
        .map((movements) => movements.filter((movement) => movement !== undefined))
        .filter((movements) => movements.length > 0)
        .map((movements) => meanOf(movements.map(logarithm))),
    );
  return scoreOf(reference, metrics, {
    timeSpread: spread((movement) =>
      Math.log((movement.get("moveTime") ?? 1) / usualTime(movement.get("distance") ?? 0)),
    ),
    dwellSpread: spread(logOf("dwell")),
    holdSpread: spread(logOf("clickHold")),
  });
}

/** The logarithm of a metric of a movement. */
function logOf(metric: string): (movement: MovementMetrics) => number {
  return (movement) => Math.log(Math.max(1, movement.get(metric) ?? 1));
}

/** Scores the values of one metric, of which a share is missing. */
export function scoreMetric(
  reference: Reference,
  metric: string,
  split: string,
  values: readonly number[],
  missing: number,
): MetricScore {
  const { lattice = 0, noiseFloor: floors = {} } = reference.metrics.get(metric) ?? {};
  const noiseFloor = floors[split] ?? 0;
  const plain = distanceTo(distributionOf(reference, metric, split), values, lattice);
  const distance = distanceWithMissing(plain, values.length, missing);
  const score = Math.max(0, 1 - Math.max(0, distance - noiseFloor) / (1 - noiseFloor));
  return { metric, distance, noiseFloor, score };
}

function scoreOf(
  reference: Reference,
  metrics: readonly MetricScore[],
  spreads: Readonly<Record<string, number>>,
): Score {
  const scores = metrics.map(({ score }) => score);
  return {
    metrics,
    r: meanOf(scores),
    lowest: Math.min(...scores),
    spreads: [...reference.betweenPeople].map(([name, { range }]) => {
      const value = spreads[name] ?? Number.NaN;
      const [lowest = -Infinity, highest = Infinity] = [range[0], range.at(-1)];
      return { name, value, lowest, highest, isInside: value >= lowest && value <= highest };
    }),
  };
}
