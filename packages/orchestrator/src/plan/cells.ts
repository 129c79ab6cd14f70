import { jobIdOf, type PlannedCell, type Random, type RunPlan, seededRandom } from "@bentham/core";

/**
 * The cells of a plan in the order in which they are asked: queries shuffled by `seed`, and for each query every surface
 * and location in turn, starting at another one each time. So every stretch of a run, however long, has asked all
 * surfaces and places about equally often, and a trend over the day is no difference between them.
 */
export function* cellsOf(plan: RunPlan, runId: string, seed: string): Iterable<PlannedCell> {
  const places = plan.surfaces.flatMap(({ id }) =>
    plan.locations.map((location) => ({ surfaceId: id, locationId: location })),
  );
  const random = seededRandom(seed);
  for (let repeat = 1; repeat <= plan.repeats; repeat++) {
    const queries = shuffled(plan.queries, random);
    for (const [turn, { id: queryId }] of queries.entries()) {
      for (let step = 0; step < places.length; step++) {
        const place = places[(turn + step) % places.length];
        if (!place) continue;
        const key = { queryId, ...place, repeat };
        yield { jobId: jobIdOf({ runId, ...key }), ...key };
      }
    }
  }
}

/** A copy in random order (Fisher and Yates, as by Durstenfeld 1964). */
function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const copy = [...items];
  for (let last = copy.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const [one, two] = [copy[last], copy[other]];
    if (one !== undefined && two !== undefined) [copy[last], copy[other]] = [two, one];
  }
  return copy;
}
