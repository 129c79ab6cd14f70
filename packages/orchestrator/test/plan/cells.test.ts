import type { PlannedCell } from "@bentham/core";
import { jobIdOf } from "@bentham/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planStudy } from "../../src/index.ts";
import { aStudy, planOf, studies } from "../support/plans.ts";

const planned = studies.map((study) => planStudy(study, { surfaces: study.surfaces.map(({ id }) => ({ name: id })) }));

/** How much the counts of a cell's part differ, most against least, of all there are. */
function spread(
  cells: readonly PlannedCell[],
  parts: readonly string[],
  partOf: (cell: PlannedCell) => string,
): number {
  const counts = new Map(parts.map((part) => [part, 0]));
  for (const cell of cells) counts.set(partOf(cell), (counts.get(partOf(cell)) ?? 0) + 1);
  return Math.max(...counts.values()) - Math.min(...counts.values());
}

describe("the cells of a plan", () => {
  test("are every query with every surface, location and repeat, once", () => {
    fc.assert(
      fc.property(planned, ({ plan, cells, count }) => {
        const keys = [...cells("run-1")].map(({ queryId, surfaceId, locationId, repeat }) =>
          JSON.stringify([queryId, surfaceId, locationId, repeat]),
        );
        const expected = plan.queries.flatMap(({ id }) =>
          plan.surfaces.flatMap((surface) =>
            plan.locations.flatMap((location) =>
              Array.from({ length: plan.repeats }, (_, index) => JSON.stringify([id, surface.id, location, index + 1])),
            ),
          ),
        );
        expect(keys.toSorted()).toEqual(expected.toSorted());
        expect(count).toBe(expected.length);
      }),
    );
  });

  test("have the ids of their jobs, no two alike, and others in another run", () => {
    fc.assert(
      fc.property(planned, ({ cells, count }) => {
        const first = [...cells("run-1")];
        for (const { jobId, ...key } of first) expect(jobId).toBe(jobIdOf({ runId: "run-1", ...key }));
        const all = [...first, ...cells("run-2")].map(({ jobId }) => jobId);
        expect(new Set(all).size).toBe(2 * count);
      }),
    );
  });

  test("have asked surfaces equally often at any moment, give or take one, and locations give or take two", () => {
    fc.assert(
      fc.property(planned, fc.nat(), ({ plan, cells, count }, moment) => {
        const asked = [...cells("run-1")].slice(0, (moment % count) + 1);
        const surfaces = plan.surfaces.map(({ id }) => id);
        expect(spread(asked, surfaces, ({ surfaceId }) => surfaceId)).toBeLessThanOrEqual(1);
        expect(spread(asked, plan.locations, ({ locationId }) => locationId)).toBeLessThanOrEqual(2);
      }),
    );
  });

  test("ask every query once in each place before any is asked again", () => {
    fc.assert(
      fc.property(planned, ({ plan, cells, count }) => {
        const round = count / plan.repeats;
        const all = [...cells("run-1")];
        for (let start = 0; start < count; start += round) {
          const places = all.slice(start, start + round).map((cell) => [cell.queryId, cell.surfaceId, cell.locationId]);
          expect(new Set(places.map((place) => JSON.stringify(place))).size).toBe(round);
        }
      }),
    );
  });

  test("come in the same order each time, and in another one for another plan", () => {
    const queries = Array.from({ length: 50 }, (_, index) => ({ id: `q${index}`, text: "Why?" }));
    const order = (gates: { minLength?: number }): string =>
      [...planOf({ queries, gates }).cells("run-1")].map(({ queryId }) => queryId).join(" ");
    expect(order({})).toBe(order({}));
    expect(order({})).not.toBe(order({ minLength: 5 }));
    expect(order({})).not.toBe(queries.map(({ id }) => id).join(" "));
  });

  test("mix repeats from the first round on", () => {
    const queries = Array.from({ length: 30 }, (_, index) => ({ id: `q${index}`, text: "Why?" }));
    const { cells } = planOf({ queries, repeats: 3 });
    const firstRound = [...cells("run-1")].slice(0, 30);
    expect(spread(firstRound, ["1", "2", "3"], ({ repeat }) => String(repeat))).toBe(0);
  });

  test("start with another surface and location from query to query", () => {
    const surfaces = ["a", "b", "c"].map((id) => ({ id, settings: { model: "m" }, evidence: "full" as const }));
    const queries = Array.from({ length: 6 }, (_, index) => ({ id: `q${index}`, text: "Why?" }));
    const { cells } = planOf({ queries, surfaces, locations: ["x", "y"] });
    const starts = [...cells("run-1")].filter((_, index) => index % 6 === 0);
    expect(new Set(starts.map(({ surfaceId, locationId }) => `${surfaceId} ${locationId}`)).size).toBe(6);
  });

  test("are made as they are read", () => {
    const queries = Array.from({ length: 1000 }, (_, index) => ({ id: `q${index}`, text: "Why?" }));
    const { cells, count } = planOf({ ...aStudy(), queries, repeats: 10_000 });
    expect(count).toBe(10_000_000);
    const read: string[] = [];
    for (const { jobId } of cells("run-1")) {
      read.push(jobId);
      if (read.length === 10) break;
    }
    expect(new Set(read).size).toBe(10);
  });
});
