import { jobIdOf, type LocationId, type PlannedCell, type RunPlan, seededRandom, type SurfaceId } from "@bentham/core";
import { shuffledIndexes } from "./shuffled-indexes.ts";

/** A surface, and the location that it is asked from. */
interface Seat {
  readonly surfaceId: SurfaceId;
  readonly locationId: LocationId;
}

/**
 * The cells of a plan in the order in which they are to be asked. Made one by one: only the order of the queries is kept.
 *
 * The run goes over all queries once for each repeat, in an order that `seed` shuffles anew each time; so a run that is
 * stopped early has asked as many different questions as it could. Each query is asked of every surface and location in
 * turn, starting with another one each time. So at any moment all surfaces have been asked equally often, give or take
 * one, all locations give or take two, and a trend over the day is no difference between them. Nor is it one between
 * repeats: which of its repeats a query is asked as in a round differs from query to query.
 */
export function* cellsOf(plan: RunPlan, runId: string, seed: string): Iterable<PlannedCell> {
  const { queries, repeats } = plan;
  const seats = seatsOf(plan);
  const random = seededRandom(seed);
  for (let round = 0; round < repeats; round++) {
    for (const [turn, index] of shuffledIndexes(queries.length, random).entries()) {
      const query = queries[index];
      for (let step = 0; step < seats.length; step++) {
        const place = (turn + step) % seats.length;
        const seat = seats[place];
        if (!query || !seat) continue;
        const repeat = ((round + index + place) % repeats) + 1;
        const key = { queryId: query.id, ...seat, repeat };
        yield { jobId: jobIdOf({ runId, ...key }), ...key };
      }
    }
  }
}

/**
 * Every surface with every location, so that neighbours differ in both: surfaces go round with their number, locations
 * with theirs. Where the two go round together, the locations step on by one, and pairs that were never met come up.
 */
function seatsOf({ surfaces, locations }: RunPlan): Seat[] {
  const count = surfaces.length * locations.length;
  const together = leastCommonMultiple(surfaces.length, locations.length);
  return Array.from({ length: count }, (_, index) => {
    const surface = surfaces[index % surfaces.length];
    const location = locations[(index + Math.floor(index / together)) % locations.length];
    return surface && location !== undefined ? [{ surfaceId: surface.id, locationId: location }] : [];
  }).flat();
}

function leastCommonMultiple(one: number, other: number): number {
  let [divisor, rest] = [one, other];
  while (rest > 0) [divisor, rest] = [rest, divisor % rest];
  return (one * other) / divisor;
}
