import * as fc from "fast-check";
import { expect, test } from "vitest";
import { differenceOf, planStudy } from "../../src/index.ts";
import { planOf, studies } from "../support/plans.ts";

const queries = Array.from({ length: 10 }, (_, index) => ({ id: `q${index}`, text: "Why?" }));
const surface = { id: "a", settings: { model: "gpt-5", system: "Be brief." }, evidence: "full" as const };

test("tells what was added, removed and changed, how many, and the first few", () => {
  const before = planOf({ queries, locations: ["direct", "us-nyc"] }).plan;
  const after = planOf({
    queries: [...queries.slice(7).map((query) => ({ ...query, text: "How?" })), { id: "new", text: "Who?" }],
    locations: ["direct", "de-ber"],
  }).plan;
  expect(differenceOf(before, after)).toEqual([
    "queries removed: 7 (q0, q1, q2, q3, q4 and 2 more)",
    "queries added: 1 (new)",
    "queries changed: 3 (q7, q8, q9)",
    "locations removed: 1 (us-nyc)",
    "locations added: 1 (de-ber)",
  ]);
});

test("tells each parameter of a surface, old and new", () => {
  const before = planOf({ surfaces: [surface, { ...surface, id: "b" }] }).plan;
  const after = planOf({
    surfaces: [
      { ...surface, settings: { model: "gpt-6", temperature: 0.5 }, credential: "team", evidence: "none" },
      { ...surface, id: "c" },
    ],
    repeats: 3,
    gates: { minLength: 5 },
  }).plan;
  expect(differenceOf(before, after)).toEqual([
    "surfaces removed: 1 (b)",
    "surfaces added: 1 (c)",
    'surface a, model: "gpt-5" -> "gpt-6"',
    'surface a, system: "Be brief." -> none',
    'surface a, credential: none -> "team"',
    'surface a, evidence: "full" -> "none"',
    "surface a, temperature: none -> 0.5",
    "repeats: 1 -> 3",
    'gates: {} -> {"minLength":5}',
  ]);
});

test("shows no long text, and no order to a terminal", () => {
  const before = planOf({ surfaces: [surface] }).plan;
  const settings = { model: "gpt-5", system: `\u202e\u009b${"x".repeat(1000)}` };
  const [line] = differenceOf(before, planOf({ surfaces: [{ ...surface, settings }] }).plan);
  expect(line).toMatch(/^surface a, system: "Be brief\." -> "\\u\{202e\}\\u\{9b\}x+…$/);
  expect(line?.length).toBeLessThan(150);
});

test("tells nothing of plans with the same hash, and something of others", () => {
  const planned = studies.map((study) =>
    planStudy(study, { surfaces: study.surfaces.map(({ id }) => ({ name: id })) }),
  );
  fc.assert(
    fc.property(planned, planned, (one, other) => {
      expect(differenceOf(one.plan, one.plan)).toEqual([]);
      expect(differenceOf(one.plan, other.plan).length === 0).toBe(one.planHash === other.planHash);
    }),
  );
});
