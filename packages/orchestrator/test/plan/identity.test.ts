import { createHash } from "node:crypto";
import { canonicalJson } from "@bentham/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planStudy } from "../../src/index.ts";
import { planHashOf } from "../../src/plan/identity.ts";
import { studies } from "../support/plans.ts";
import { studyOf } from "../support/study-folder.ts";

const known = [
  { name: "openai-api", defaultCredentialPool: "openai", defaultModel: "gpt-5-mini" },
  { name: "openai-compatible", requiresBaseURL: true },
];

const SURFACES = `  - { id: openai-api, model: gpt-5, system: "Be brief." }
  - { id: mine, adapter: openai-compatible, baseURL: "http://127.0.0.1:1/v1", model: small, credential: pool }
`;

const STUDY = `name: brand
queries:
  - { id: q1, text: "Why?" }
  - { id: q2, text: "How?" }
surfaces:
${SURFACES}locations: [direct, us-nyc]
repeats: 2
gates: { minLength: 5 }
`;

async function hashOf(text: string, others = {}): Promise<string> {
  return planStudy(await studyOf(text, others), { surfaces: known }).planHash;
}

test("is the hash of the canonical JSON of what is asked", () => {
  fc.assert(
    fc.property(studies, (study) => {
      const surfaces = study.surfaces.map(({ id, settings, evidence }) => ({
        id,
        settings: { ...settings, adapter: id },
        evidence,
      }));
      const identity = canonicalJson({
        queries: study.queries.map(({ id, text }) => ({ id, text })).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
        surfaces,
        locations: study.locations.toSorted(),
        repeats: study.repeats,
        gates: {},
        human: {},
      });
      const planned = study.surfaces.map(({ id, settings, evidence }) => ({ id, settings, evidence }));
      expect(planHashOf(study, planned)).toBe(createHash("sha256").update(identity).digest("hex"));
    }),
  );
});

test("never changes from one version to the next without notice", async () => {
  expect(await hashOf(STUDY)).toBe("2648b72c235d7c883605101af48f42218575134142506508d36e2204bb366dbb");
});

describe("stays the same when", () => {
  test.each([
    ["the study is renamed", STUDY.replace("name: brand", "name: other")],
    ["a budget is set", `${STUDY}budget: { calls: 5 }\n`],
    ["a deadline is set", `${STUDY}deadline: 2026-12-24T18:00:00Z\n`],
    ["limits are set", `${STUDY}limits: { mine: { perMinute: 5 } }\n`],
    ["concurrency is set", `${STUDY}concurrency: 3\n`],
    ["retries are set", `${STUDY}retry: { maxRetries: 0 }\n`],
    ["what is uncertain is skipped", `${STUDY}onUncertain: skip\n`],
    ["a default is written out", `${STUDY}evidence: full\n`],
    ["an adapter is written out", STUDY.replace("{ id: openai-api,", "{ id: openai-api, adapter: openai-api,")],
    ["evidence is set for each surface alone", STUDY.replaceAll(" }\nlocations", ", evidence: full }\nlocations")],
    ["keys change places", STUDY.replace('{ id: q1, text: "Why?" }', "{ text: 'Why?', id: q1 }")],
    ["comments are added", `# why\n${STUDY.replace("repeats: 2", "repeats: 2 # twice")}`],
    ["line ends change", STUDY.replaceAll("\n", "\r\n")],
    ["locations change places", STUDY.replace("[direct, us-nyc]", "[us-nyc, direct]")],
    ["queries change places", STUDY.replace(/( +- \{ id: q1.*\n)( +- \{ id: q2.*\n)/, "$2$1")],
    ["surfaces change places", STUDY.replace(SURFACES, SURFACES.trimEnd().split("\n").toReversed().join("\n") + "\n")],
  ])("%s", async (_, text) => {
    expect(text).not.toBe(STUDY);
    expect(await hashOf(text)).toBe(await hashOf(STUDY));
  });

  test("queries move to a file of their own", async () => {
    const moved = STUDY.replace(/queries:\n.*\n.*\n/, "queries: { file: q.csv }\n");
    expect(await hashOf(moved, { "q.csv": "id,text\nq2,How?\nq1,Why?\n" })).toBe(await hashOf(STUDY));
  });

  test("the operator says where a surface is, or says otherwise", async () => {
    const study = await studyOf(STUDY.replace(' baseURL: "http://127.0.0.1:1/v1",', ""));
    const [one, other] = ["http://one/v1", "http://other/v1"].map((url) =>
      planStudy(study, { surfaces: known, baseURLs: { mine: url } }),
    );
    expect(one?.planHash).toBe(other?.planHash);
    expect(one?.plan.surfaces[1]?.settings.baseURL).toBe("http://one/v1");
    expect(other?.plan.surfaces[1]?.settings.baseURL).toBe("http://other/v1");
  });
});

describe("changes when", () => {
  test.each([
    ["a text changes", STUDY.replace("Why?", "Why!")],
    ["an id changes", STUDY.replace("q1", "q3")],
    ["a query is added", STUDY.replace("surfaces:", "  - { id: q3, text: Who? }\nsurfaces:")],
    ["a surface is added", STUDY.replace(SURFACES, `${SURFACES}  - { id: third, adapter: openai-api }\n`)],
    ["a model changes", STUDY.replace("gpt-5", "gpt-6")],
    ["an instruction changes", STUDY.replace("brief", "long")],
    ["an adapter changes", STUDY.replace("adapter: openai-compatible", "adapter: openai-api")],
    ["the study's own base URL changes", STUDY.replace("127.0.0.1:1", "127.0.0.1:2")],
    ["another pool pays", STUDY.replace("credential: pool", "credential: other")],
    ["a location is added", STUDY.replace("us-nyc]", "us-nyc, de-ber]")],
    ["repeats change", STUDY.replace("repeats: 2", "repeats: 3")],
    ["evidence changes", `${STUDY}evidence: none\n`],
    ["evidence of one surface changes", STUDY.replace('brief." }', 'brief.", evidence: none }')],
    ["a gate changes", STUDY.replace("minLength: 5", "minLength: 6")],
  ])("%s", async (_, text) => {
    expect(text).not.toBe(STUDY);
    expect(await hashOf(text)).not.toBe(await hashOf(STUDY));
  });

  test("an adapter's own model changes that the study leaves to it", async () => {
    const study = await studyOf(STUDY.replace(" model: gpt-5,", ""));
    const [one, other] = ["gpt-5", "gpt-6"].map(
      (defaultModel) => planStudy(study, { surfaces: known.map((surface) => ({ ...surface, defaultModel })) }).planHash,
    );
    expect(one).not.toBe(other);
    expect(one).toBe(await hashOf(STUDY));
  });
});
