import { expect, test } from "vitest";
import { MINIMAL, studyOf } from "../support/study-folder.ts";

const FULL = `# yaml-language-server: $schema=./study.schema.json
name: brand-check
queries:
  - { id: q1, text: "Which running shoes last longest?" }
  - id: "Frage 2: Kaffee? \u{1F468}\u200d\u{1F469}\u200d\u{1F467}"
    text: |
      Welche Maschine?
      Warum?
surfaces:
  - { id: openai-api, model: gpt-5, maxOutputTokens: 1024, temperature: 0.5, system: "Be brief." }
  - { id: chatgpt-web, credential: team-account, evidence: metadata }
  - { id: my-llm, adapter: openai-compatible, baseURL: "http://127.0.0.1:8080/v1", model: small }
locations: [direct, us-nyc, de-ber]
repeats: 3
concurrency: 4
evidence: none
gates: { minLength: 20 }
human: { typing: { minWPM: 50 }, mouse: { clickDelay: [5, 10] } }
retry: { maxRetries: 5, baseDelay: 500, maxDelay: 60000, backoffMultiplier: 3, jitterFactor: 0, retryableErrors: [TIMEOUT] }
limits: { openai-api: { perMinute: 60, concurrency: 8 }, my-llm: { concurrency: 1 } }
budget: { calls: 1000 }
deadline: 2026-12-24T18:00:00+01:00
onUncertain: skip
`;

test("reads a study that says everything", async () => {
  const { issue: _issue, ...study } = await studyOf(FULL);
  expect(study).toEqual({
    file: "study.yaml",
    name: "brand-check",
    queries: [
      { id: "q1", text: "Which running shoes last longest?" },
      { id: "Frage 2: Kaffee? \u{1F468}\u200d\u{1F469}\u200d\u{1F467}", text: "Welche Maschine?\nWarum?\n" },
    ],
    surfaces: [
      {
        id: "openai-api",
        settings: { model: "gpt-5", maxOutputTokens: 1024, temperature: 0.5, system: "Be brief." },
        evidence: "none",
      },
      { id: "chatgpt-web", settings: {}, credential: "team-account", evidence: "metadata" },
      {
        id: "my-llm",
        settings: { adapter: "openai-compatible", baseURL: "http://127.0.0.1:8080/v1", model: "small" },
        evidence: "none",
      },
    ],
    locations: ["direct", "us-nyc", "de-ber"],
    repeats: 3,
    concurrency: 4,
    gates: { minLength: 20 },
    human: { typing: { minWPM: 50 }, mouse: { clickDelay: [5, 10] } },
    retry: {
      maxRetries: 5,
      baseDelay: 500,
      maxDelay: 60_000,
      backoffMultiplier: 3,
      jitterFactor: 0,
      retryableErrors: ["TIMEOUT"],
    },
    limits: new Map([
      ["openai-api", { perMinute: 60, concurrency: 8 }],
      ["my-llm", { concurrency: 1 }],
    ]),
    budgetCalls: 1000,
    deadline: Date.UTC(2026, 11, 24, 17),
    onUncertain: "skip",
  });
});

test("fills in what a study leaves out", async () => {
  const { locations, repeats, concurrency, gates, retry, limits, onUncertain, surfaces, ...rest } =
    await studyOf(MINIMAL);
  expect({ locations, repeats, concurrency, gates, retry, limits, onUncertain }).toEqual({
    locations: ["direct"],
    repeats: 1,
    concurrency: 8,
    gates: {},
    retry: {},
    limits: new Map(),
    onUncertain: "repeat",
  });
  expect(surfaces).toEqual([{ id: "openai-api", settings: { model: "small" }, evidence: "full" }]);
  expect(rest).not.toHaveProperty("budgetCalls");
  expect(rest).not.toHaveProperty("deadline");
});

test("input has a speed in one word, for the study and for a surface of it", async () => {
  const two = MINIMAL.replace(/surfaces:.*/, "surfaces: [{ id: a, model: m }, { id: b, model: m, human: off }]");
  const study = await studyOf(`${two}\nhuman: brisk\n`);
  expect([study.human, study.surfaces.map(({ human }) => human)]).toEqual([{ speed: "brisk" }, [undefined, false]]);
});

test("reads the same study with CRLF and a byte order mark", async () => {
  const { issue: _one, ...study } = await studyOf(MINIMAL);
  const { issue: _other, ...same } = await studyOf(`\ufeff${MINIMAL.replaceAll("\n", "\r\n")}`);
  expect(same).toEqual(study);
});

test("takes ids that differ in case alone, or in their Unicode form", async () => {
  const ids = ["a", "A", "\u00e9", "e\u0301"];
  const { queries } = await studyOf(
    `name: x\nqueries:\n${ids.map((id) => `  - { id: "${id}", text: t }\n`).join("")}surfaces: [{ id: a, model: m }]\n`,
  );
  expect(queries.map(({ id }) => id)).toEqual(ids);
});

test("takes text and ids up to their full length", async () => {
  const { queries } = await studyOf(
    MINIMAL.replace("q1", "i".repeat(200)).replace('"Why?"', `"${"\u{1F642}".repeat(50_000)}"`),
  );
  expect(queries[0]?.id).toHaveLength(200);
  expect(queries[0]?.text).toHaveLength(100_000);
});

test("can say where a part stands, for what is found later", async () => {
  const { issue } = await studyOf(MINIMAL);
  expect(issue(["surfaces", 0, "model"], "no such model")).toEqual({
    file: "study.yaml",
    line: 4,
    column: 37,
    path: "surfaces[0].model",
    message: "no such model",
  });
  expect(issue(["surfaces", 0, "baseURL"], "missing")).toMatchObject({ line: 4, column: 12 });
  expect(issue(["surfaces", 0, "model"], "unknown", { atKey: true })).toMatchObject({ line: 4, column: 30 });
});

test("takes every gate, and retries that say what the gates say", async () => {
  const gates = {
    minLength: 20,
    maxLength: 4000,
    language: ["de", "en"],
    errorPage: "pass",
    mustMatch: ["shoe", "/run(?:ning)? shoes?/i"],
    mustNotMatch: ["/^as an ai/im"],
    evidence: "complete",
    retry: 2,
  };
  const study = await studyOf(`${MINIMAL}gates: ${JSON.stringify(gates)}\nretry: { retryableErrors: [GATE_FAILED] }\n`);
  expect(study.gates).toEqual(gates);
});
