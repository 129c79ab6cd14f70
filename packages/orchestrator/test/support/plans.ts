import * as fc from "fast-check";
import { planStudy } from "../../src/index.ts";
import type { PlannedStudy } from "../../src/plan/plan-study.ts";
import type { Study } from "../../src/study/load-study.ts";

/** A study that was never a file. */
export function aStudy(more: Partial<Study> = {}): Study {
  return {
    file: "study.yaml",
    name: "brand",
    queries: [{ id: "q1", text: "Why?" }],
    surfaces: [{ id: "openai-api", settings: { model: "small" }, evidence: "full" }],
    locations: ["direct"],
    repeats: 1,
    concurrency: 8,
    gates: {},
    human: {},
    retry: {},
    limits: new Map(),
    onUncertain: "repeat",
    issue: (path, message) => ({ file: "study.yaml", path: path.join("."), message }),
    ...more,
  };
}

/** The plan of a study whose every surface has an adapter. */
export function planOf(more: Partial<Study> = {}): PlannedStudy {
  const study = aStudy(more);
  return planStudy(study, { surfaces: study.surfaces.map(({ id }) => ({ name: id })) });
}

/** Studies of every shape, but few cells. */
export const studies: fc.Arbitrary<Study> = fc
  .record({
    queries: fc.uniqueArray(fc.string({ minLength: 1, maxLength: 5, unit: "grapheme" }), {
      minLength: 1,
      maxLength: 7,
    }),
    surfaces: fc.integer({ min: 1, max: 5 }),
    locations: fc.integer({ min: 1, max: 5 }),
    repeats: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ queries, surfaces, locations, repeats }) =>
    aStudy({
      queries: queries.map((id) => ({ id, text: `About ${id}?` })),
      surfaces: numbered("s", surfaces).map((id) => ({ id, settings: { model: "small" }, evidence: "full" })),
      locations: numbered("l", locations),
      repeats,
    }),
  );

function numbered(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${name}${index + 1}`);
}
