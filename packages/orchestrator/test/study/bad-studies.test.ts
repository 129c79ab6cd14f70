import { describe, expect, test } from "vitest";
import { MINIMAL, refusalOf } from "../support/study-folder.ts";

const UNPRINTABLE = "this must print in one line: remove control and direction characters";

test("tells everything that is wrong at once, in the order of the file", async () => {
  const lines = await refusalOf(
    [
      "name: Brand Check",
      "queries:",
      "  - { id: q1, text: a }",
      '  - { id: q1, text: "" }',
      "surfaces:",
      "  - id: openai-api",
      "    concurency: 8",
      "    maxOutputTokens: 0",
      "  - { model: small }",
      "limits: { openai: { perMinute: 0 } }",
      "repeats: three",
      "human: { typing: { minWPM: 90 }, mouse: { clickDelay: [5, 1] } }",
    ].join("\n"),
  );
  expect(lines).toEqual([
    "study.yaml:1:7 name: use small letters, digits and hyphens, with a letter or digit first",
    'study.yaml:4:11 queries[1].id: "q1" stands here twice; rename or remove one',
    "study.yaml:4:21 queries[1].text: this must not be empty",
    'study.yaml:7:5 surfaces[0].concurency: unknown key; did you mean "concurrency"? It belongs at the top level',
    "study.yaml:8:22 surfaces[0].maxOutputTokens: expected at least 1, received 0",
    "study.yaml:9:5 surfaces[1].id: missing: expected text",
    'study.yaml:10:11 limits.openai: the study has no such surface; its surfaces are "openai-api"',
    "study.yaml:10:32 limits.openai.perMinute: expected more than 0, received 0",
    "study.yaml:11:10 repeats: expected a number, received text",
    "study.yaml:12:18 human.typing: minWPM (40 unless it is set) must not be above maxWPM (80 unless it is set)",
    "study.yaml:12:55 human.mouse.clickDelay: expected two numbers, the lower one first",
  ]);
});

describe("a study that is refused", () => {
  test.each([
    ["", ["1:1 name: missing: expected text"]],
    ["hello", ["1:1 expected a mapping of keys to values, received text"]],
    ["- a\n", ["1:1 expected a mapping of keys to values, received a list"]],
  ])("%j", async (text, expected) => {
    expect(await refusalOf(text)).toEqual(expect.arrayContaining(expected.map((line) => `study.yaml:${line}`)));
  });

  // Each is added to a study of four lines that is sound.
  test.each([
    ["concurency: 8", '5:1 concurency: unknown key; did you mean "concurrency"?'],
    [" concurrency: 8", "5:1 all mapping items must start at the same column"],
    ["name: again", "5:1 name: the same key stands here twice, first in line 1; remove one"],
    ["human: { typing: { minWPM: 0 } }", "5:28 human.typing.minWPM: expected at least 1, received 0"],
    ["human: true", '5:8 human: expected "false", received true'],
    [
      "human: { typing: { wpm: 60 } }",
      "5:20 human.typing.wpm: unknown key; known here: minWPM, maxWPM, mistakeRate, pauseProbability",
    ],
    ["budget: { usd: 0 }", "5:16 budget.usd: expected more than 0, received 0"],
    ["budget: { cals: 5 }", '5:11 budget.cals: unknown key; did you mean "calls"?'],
    ["budget: { calls: 0 }", "5:18 budget.calls: expected at least 1, received 0"],
    ["gates: { maxLenght: 5 }", '5:10 gates.maxLenght: unknown key; did you mean "maxLength"?'],
    ["gates: { minLength: 6, maxLength: 5 }", "5:8 gates: minLength must not be above maxLength"],
    ["gates: { language: [de, dee] }", '5:25 gates.language[1]: this language cannot be told; did you mean "de"?'],
    ["gates: { language: de }", "5:20 gates.language: expected a list, received text"],
    ["gates: { mustMatch: [] }", "5:21 gates.mustMatch: name a pattern, or remove this"],
    ['gates: { mustMatch: [""] }', "5:22 gates.mustMatch[0]: a pattern must not be empty"],
    ["gates: { mustMatch: [/shoe] }", "5:22 gates.mustMatch[0]: an expression stands between slashes, as /text/i"],
    [
      "gates: { mustMatch: [/shoe/g] }",
      '5:22 gates.mustMatch[0]: "g" is no flag of an expression: there are i, m and s',
    ],
    [
      "gates: { mustNotMatch: [shoe, '/(a)\\1/'] }",
      "5:31 gates.mustNotMatch[1]: the expression cannot be used (look-around and back-references cannot be): invalid escape sequence: `\\1`",
    ],
    [
      "gates: { mustNotMatch: ['/(?:a{20}){50}/'] }",
      "5:25 gates.mustNotMatch[0]: the expression is too large: repeat less in it",
    ],
    ["gates: { evidence: full }", '5:20 gates.evidence: expected one of "complete", "partial", received "full"'],
    ["gates: { retry: -1 }", "5:17 gates.retry: expected at least 0, received -1"],
    [
      "retry: { retryableErrors: [TIMEOUT, GATE_FAILED] }",
      "5:37 retry.retryableErrors[1]: a failed gate is retried only with gates.retry; set that, or remove this",
    ],
    [
      "gates: { retry: 1 }\nretry: { retryableErrors: [TIMEOUT] }",
      "5:17 gates.retry: retry.retryableErrors lets no failed gate be retried; add GATE_FAILED there, or remove this",
    ],
    [
      "gates: { evidence: partial }\nevidence: none",
      "5:20 gates.evidence: the study keeps no evidence of some answers, which would all fail; keep it, or remove this",
    ],
    ["gates: { minLength: -1 }", "5:21 gates.minLength: expected at least 0, received -1"],
    [
      "onUncertain: skp",
      '5:14 onUncertain: expected one of "repeat", "skip", "ask", received "skp"; did you mean "skip"?',
    ],
    [
      "evidence: ful",
      '5:11 evidence: expected one of "full", "metadata", "none", received "ful"; did you mean "full"?',
    ],
    ["locations: []", '5:12 locations: a study has at least one location; without a proxy it is "direct"'],
    ["locations: direct", "5:12 locations: expected a list, received text"],
    ["locations: [a, b, a]", '5:19 locations[2]: "a" stands here twice; rename or remove one'],
    ["locations: [US]", "5:13 locations[0]: use small letters, digits and hyphens, with a letter or digit first"],
    ["repeats: 0", "5:10 repeats: expected at least 1, received 0"],
    ["repeats: 1.5", "5:10 repeats: expected a whole number, received the number 1.5"],
    ["repeats: 10001", "5:10 repeats: expected at most 10000, received 10001"],
    ["repeats:", "5:1 repeats: there is no value: expected a number"],
    ["concurrency: 1001", "5:14 concurrency: expected at most 1000, received 1001"],
    ["deadline: 2026-12-24", "5:11 deadline: expected a moment with its zone, such as 2026-12-24T18:00:00Z"],
    ["deadline: 2026-12-24T18:00:00", "5:11 deadline: expected a moment with its zone, such as 2026-12-24T18:00:00Z"],
    ["deadline: 2026-02-30T18:00:00Z", "5:11 deadline: expected a moment with its zone, such as 2026-12-24T18:00:00Z"],
    ["retry: { maxRetries: -1 }", "5:22 retry.maxRetries: expected at least 0, received -1"],
    ["retry: { jitterFactor: 2 }", "5:24 retry.jitterFactor: expected at most 1, received 2"],
    ["retry: { backoffMultiplier: 0.5 }", "5:29 retry.backoffMultiplier: expected at least 1, received 0.5"],
    [
      "retry: { retryableErrors: [TIMOUT] }",
      '5:28 retry.retryableErrors[0]: there is no such error code; did you mean "TIMEOUT"?',
    ],
    [
      "retry: { retryableErrors: [AUTH_FAILED] }",
      "5:28 retry.retryableErrors[0]: errors of this code are never retried: remove it",
    ],
    ["retry: { maxRetry: 1 }", '5:10 retry.maxRetry: unknown key; did you mean "maxRetries"?'],
    ["limits: { openai-ap: {} }", '5:11 limits.openai-ap: the study has no such surface; did you mean "openai-api"?'],
    [
      "limits: { openai-api: { perDay: 5 } }",
      "5:25 limits.openai-api.perDay: unknown key; known here: perMinute, concurrency",
    ],
    [
      "limits: { openai-api: { perMinute: .inf } }",
      "5:36 limits.openai-api.perMinute: expected a number, received no finite one",
    ],
  ])("%s", async (line, expected) => {
    expect(await refusalOf(`${MINIMAL}${line}\n`)).toEqual([expect.stringContaining(`study.yaml:${expected}`)]);
  });
});

describe("a surface that is refused", () => {
  test.each([
    ["{ id: Openai }", "1:19 surfaces[0].id: use small letters, digits and hyphens, with a letter or digit first"],
    ["{ id: -a }", "1:19 surfaces[0].id: use small letters, digits and hyphens, with a letter or digit first"],
    [`{ id: ${"a".repeat(65)} }`, "1:19 surfaces[0].id: a name has at most 64 characters"],
    ["{ id: a, baseUrl: 'http://h' }", '1:22 surfaces[0].baseUrl: unknown key; did you mean "baseURL"?'],
    [
      "{ id: a, baseURL: 'file:///etc/passwd' }",
      "1:31 surfaces[0].baseURL: expected a URL that starts with http:// or https://",
    ],
    ["{ id: a, baseURL: 'http://' }", "1:31 surfaces[0].baseURL: expected a URL that starts with http:// or https://"],
    [
      "{ id: a, baseURL: 'https://me:secret@h/v1' }",
      "1:31 surfaces[0].baseURL: a URL holds no name and password: name a credential instead",
    ],
    ["{ id: a, temperature: 3 }", "1:35 surfaces[0].temperature: expected at most 2, received 3"],
    ["{ id: a, model: 5 }", "1:29 surfaces[0].model: expected text, received the number 5: put it in quotes"],
    [
      '{ id: a, model: "a\\nb" }',
      "1:29 surfaces[0].model: this must print in one line: remove control and direction characters",
    ],
    ['{ id: a, system: " " }', "1:30 surfaces[0].system: this must not be empty"],
    ["{ id: a, credential: '' }", "1:34 surfaces[0].credential: this must not be empty"],
    [
      "{ id: a, evidence: all }",
      '1:32 surfaces[0].evidence: expected one of "full", "metadata", "none", received "all"',
    ],
    ["{ id: a }, { id: a }", '1:30 surfaces[1].id: "a" stands here twice; rename or remove one'],
    ["", "1:12 surfaces: a study has at least one surface"],
  ])("%s", async (surfaces, expected) => {
    const study = `surfaces: [ ${surfaces} ]\nname: x\nqueries: [{ id: q, text: t }]\n`.replace("[  ]", " []");
    expect(await refusalOf(study)).toEqual([`study.yaml:${expected}`]);
  });
});

describe("a query that is refused", () => {
  test.each([
    ["{ id: 1, text: t }", "4:11 queries[0].id: expected text, received the number 1: put it in quotes"],
    ["{ id: '', text: t }", "4:11 queries[0].id: this must not be empty"],
    ["{ id: ' a', text: t }", "4:11 queries[0].id: this must not start or end with a space"],
    [`{ id: ${"i".repeat(201)}, text: t }`, "4:11 queries[0].id: this has at most 200 characters"],
    ['{ id: "a\\u202eb", text: t }', `4:11 queries[0].id: ${UNPRINTABLE}`],
    ['{ id: "a\\e[2J", text: t }', `4:11 queries[0].id: ${UNPRINTABLE}`],
    ["{ id: q, text: '' }", "4:20 queries[0].text: this must not be empty"],
    ['{ id: q, text: " \\n" }', "4:20 queries[0].text: this must not be empty"],
    ['{ id: q, text: "a\\0b" }', "4:20 queries[0].text: this holds a NUL character: remove it"],
    ['{ id: q, text: "\\ud83d" }', "4:20 queries[0].text: this holds half of a surrogate pair: remove it"],
    [`{ id: q, text: ${"t".repeat(100_001)} }`, "4:20 queries[0].text: this has at most 100000 characters"],
    ["{ id: q }", "4:5 queries[0].text: missing: expected text"],
    ["{ id: q, text: t, txt: u }", '4:23 queries[0].txt: unknown key; did you mean "text"?'],
    ["just text", "4:5 queries[0]: expected a mapping of keys to values, received text"],
  ])("%.60s", async (query, expected) => {
    expect(await refusalOf(`name: x\nsurfaces: [{ id: a }]\nqueries:\n  - ${query}\n`)).toEqual([
      `study.yaml:${expected}`,
    ]);
  });

  test.each([
    ["queries: 5", "3:10 queries: expected a list, or a mapping of keys to values, received the number 5"],
    ["queries: []", "3:10 queries: a study has at least one query"],
    ["queries: { fil: q.csv }", '3:12 queries.fil: unknown key; did you mean "file"?'],
    ["queries: { file: 5 }", "3:18 queries.file: expected text, received the number 5: put it in quotes"],
  ])("%s", async (line, expected) => {
    expect(await refusalOf(`name: x\nsurfaces: [{ id: a }]\n${line}\n`)).toContain(`study.yaml:${expected}`);
  });
});
