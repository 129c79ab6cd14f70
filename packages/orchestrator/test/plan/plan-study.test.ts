import { expect, test } from "vitest";
import { InvalidFileError, type PlanOptions, planStudy } from "../../src/index.ts";
import { aStudy } from "../support/plans.ts";
import { studyOf } from "../support/study-folder.ts";

const known = [
  { name: "openai-api", defaultCredentialPool: "openai", defaultModel: "gpt-5-mini" },
  { name: "openai-compatible", requiresBaseURL: true },
  { name: "anthropic-api", defaultCredentialPool: "anthropic" },
];

async function refusalOf(text: string, more: Partial<PlanOptions> = {}): Promise<string[]> {
  const study = await studyOf(text);
  try {
    planStudy(study, { surfaces: known, ...more });
  } catch (error) {
    if (error instanceof InvalidFileError && error.code === "STUDY_INVALID") return error.message.split("\n");
    throw error;
  }
  throw new Error("the study was planned");
}

test("fills in what adapters and the operator say", async () => {
  const study = await studyOf(`name: brand
queries: [{ id: q1, text: "Why?" }]
surfaces:
  - { id: openai-api }
  - { id: mine, adapter: openai-compatible, model: small }
  - { id: theirs, adapter: openai-compatible, model: small, baseURL: "http://theirs/v1", credential: team }
limits: { mine: { perMinute: 5 }, theirs: { concurrency: 2 } }
budget: { calls: 9 }
deadline: 2026-12-24T18:00:00Z
onUncertain: skip
retry: { maxRetries: 1 }
`);
  const baseURLs = { mine: "http://mine/v1", theirs: "http://not-theirs/v1" };
  const { plan, settings, count } = planStudy(study, { surfaces: known, baseURLs });
  expect(plan).toEqual({
    study: "brand",
    queries: [{ id: "q1", text: "Why?" }],
    surfaces: [
      { id: "openai-api", settings: { model: "gpt-5-mini" }, credentialPool: "openai", evidence: "full" },
      {
        id: "mine",
        settings: { adapter: "openai-compatible", model: "small", baseURL: "http://mine/v1" },
        evidence: "full",
      },
      {
        id: "theirs",
        settings: { adapter: "openai-compatible", model: "small", baseURL: "http://theirs/v1" },
        credentialPool: "team",
        evidence: "full",
      },
    ],
    locations: ["direct"],
    repeats: 1,
    gates: {},
    human: {},
  });
  expect(settings).toEqual({
    limits: { mine: { perMinute: 5 }, "theirs@team": { concurrency: 2 } },
    retry: { maxRetries: 1 },
    budgetCalls: 9,
    deadline: Date.UTC(2026, 11, 24, 18),
    onUncertain: "skip",
  });
  expect(count).toBe(3);
});

test("refuses surfaces that cannot be asked, all at once and where they stand", async () => {
  const lines = await refusalOf(`name: brand
queries: [{ id: q1, text: "Why?" }]
surfaces:
  - { id: opnai-api, model: m }
  - { id: mine, adapter: something-else, model: m }
  - { id: openai-compatible }
  - { id: anthropic-api }
`);
  expect(lines).toEqual([
    'study.yaml:4:11 surfaces[0].id: no adapter is called "opnai-api"; did you mean "openai-api"?',
    'study.yaml:5:26 surfaces[1].adapter: no adapter is called "something-else"; there are openai-api, openai-compatible, anthropic-api',
    "study.yaml:6:5 surfaces[2].baseURL: missing: openai-compatible needs it; say where the surface is, here or in bentham.config.yaml",
    "study.yaml:6:5 surfaces[2].model: missing: openai-compatible needs it; name the model to ask",
    "study.yaml:7:5 surfaces[3].model: missing: anthropic-api needs it; name the model to ask",
  ]);
});

test("refuses locations that are not there, when it is told which are", async () => {
  const study = `name: a\nqueries: [{ id: q, text: t }]\nsurfaces: [{ id: openai-api }]\nlocations: [direct, us-nyv]\n`;
  expect(await refusalOf(study, { locations: ["direct", "us-nyc"] })).toEqual([
    'study.yaml:4:21 locations[1]: no location is called "us-nyv"; did you mean "us-nyc"?',
  ]);
});

test("refuses a budget in money for surfaces whose questions have no highest price", async () => {
  const study = `name: a
queries: [{ id: q, text: t }]
surfaces: [{ id: openai-api }, { id: mine, adapter: openai-api, maxOutputTokens: 9 }, { id: theirs, adapter: openai-api }]
budget: { usd: 2.5 }
`;
  const prices = { "openai-api": { outputPerMillion: 2 }, mine: { outputPerMillion: 2 } };
  expect(await refusalOf(study, { prices })).toEqual([
    "study.yaml:3:18 surfaces[0].id: its answers have a price, and no most length; bound it with maxOutputTokens",
    'study.yaml:4:16 budget.usd: no price of the surface "theirs" is known; state it under prices in bentham.config.yaml',
  ]);
});

test("refuses more than ten million cells", async () => {
  const queries = Array.from({ length: 1001 }, (_, index) => ({ id: `q${index}`, text: "t" }));
  expect(() => planStudy(aStudy({ queries, repeats: 10_000 }), { surfaces: known })).toThrow(
    "10010000 cells are more than the 10000000 of a run",
  );
});

test("takes nothing from what every object has", () => {
  const surfaces = [{ id: "constructor", settings: { model: "m" }, evidence: "full" as const }];
  const { plan, settings } = planStudy(aStudy({ surfaces }), { surfaces: [{ name: "constructor" }], baseURLs: {} });
  expect(plan.surfaces[0]?.settings).toEqual({ model: "m" });
  expect(Object.keys(settings.limits)).toEqual([]);
});
