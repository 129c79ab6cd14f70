import { expect, test } from "vitest";
import { z } from "zod";
import { studyJsonSchema } from "../../src/index.ts";

/** As much of JSON Schema as the assertions look at. */
const schemaShape = z.looseObject({
  $schema: z.literal("https://json-schema.org/draft/2020-12/schema"),
  type: z.literal("object"),
  additionalProperties: z.literal(false),
  required: z.array(z.string()),
  properties: z.record(
    z.string(),
    z.looseObject({ default: z.unknown().optional(), description: z.string().optional() }),
  ),
});

test("describes the file for editors: keys, defaults, and that there are no others", () => {
  const schema = schemaShape.parse(JSON.parse(JSON.stringify(studyJsonSchema())));
  expect(schema.required).toEqual(["name", "queries", "surfaces"]);
  const defaults = Object.entries(schema.properties).flatMap(([key, property]) =>
    "default" in property ? [[key, property.default]] : [],
  );
  expect(Object.fromEntries(defaults)).toEqual({
    locations: ["direct"],
    repeats: 1,
    concurrency: 8,
    evidence: "full",
    gates: {},
    human: {},
    retry: {},
    limits: {},
    budget: {},
    onUncertain: "repeat",
  });
  expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(["name", "queries", "surfaces", "deadline"]));
});
