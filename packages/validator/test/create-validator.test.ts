import type { Answer, Evidence, EvidenceState, Job, QualityGates } from "@bentham/core";
import { describe, expect, it } from "vitest";
import { createValidator } from "../src/index.ts";

const validator = createValidator();

function aJob(minLength?: number): Job {
  return {
    jobId: "0c6b1b7e-5d0e-5c1f-9a34-6d1c3a2b4e5f",
    studyId: "brand-check",
    queryId: "q1",
    surfaceId: "openai-api",
    locationId: "direct",
    query: "Which running shoes last longest?",
    ...(minLength === undefined ? {} : { gates: { minLength } }),
  };
}

function anAnswer(text: string, part: Partial<Answer> = {}): Answer {
  return { text, responseTimeMs: 1, ...part };
}

describe("the gate minLength", () => {
  it("asks for a text that is not empty unless the job says otherwise", () => {
    expect(validator.validate(aJob(), anAnswer("a"))).toEqual({ accepted: true, failures: [], flags: [] });
    const empty = { accepted: false, failures: ["the answer is empty, and minLength is 1"], flags: [] };
    for (const text of ["", "  \n\t ", "\ufeff"]) expect(validator.validate(aJob(), anAnswer(text))).toEqual(empty);
  });

  it("lets an empty answer pass where the job asks for none", () => {
    expect(validator.validate(aJob(0), anAnswer("")).accepted).toBe(true);
  });

  it("counts code points, without white space at the ends", () => {
    expect(validator.validate(aJob(3), anAnswer(" 👟👟👟 ")).accepted).toBe(true);
    expect(validator.validate(aJob(3), anAnswer(" 👟👟   "))).toMatchObject({
      accepted: false,
      failures: ["the answer has 2 characters, and minLength is 3"],
    });
    expect(validator.validate(aJob(3), anAnswer("a\ud800b")).accepted).toBe(true);
  });
});

describe("flags", () => {
  it("are the adapter's, once each, with the verdict on the words", () => {
    const flags = ["truncated", "truncated"] as const;
    expect(validator.validate(aJob(), anAnswer("I can't help with that.", { flags })).flags).toEqual([
      "truncated",
      "refused",
    ]);
    const refused = anAnswer("I can't help with that.", { flags: ["refused"] });
    expect(validator.validate(aJob(), refused).flags).toEqual(["refused"]);
  });

  it("let a refusal pass, however short: it is an answer", () => {
    const accepted = { accepted: true, failures: [] };
    expect(validator.validate(aJob(200), anAnswer("I can't help with that."))).toMatchObject(accepted);
    expect(validator.validate(aJob(200), anAnswer("", { flags: ["refused"] }))).toMatchObject(accepted);
    expect(validator.validate(aJob(200), anAnswer("", { flags: ["filtered"] }))).toMatchObject(accepted);
    expect(validator.validate(aJob(200), anAnswer("Too short.", { flags: ["truncated"] })).accepted).toBe(false);
  });

  it("are the same for the same answer, which stays as it is", () => {
    const answer = Object.freeze(anAnswer("I can't help with that.", { flags: Object.freeze(["truncated"] as const) }));
    expect(validator.validate(aJob(), answer)).toEqual(validator.validate(aJob(), answer));
  });
});

describe("the gates of a job", () => {
  const TEXT = "Trail running shoes with a firm sole usually last longest: about 800 kilometres.";

  function failuresOf(gates: QualityGates, text = TEXT, part: Partial<Answer> = {}, evidence?: Evidence): string[] {
    return [...validator.validate({ ...aJob(), gates }, anAnswer(text, part), evidence).failures];
  }

  it("all pass an answer that is as they ask", () => {
    const gates: QualityGates = {
      minLength: 20,
      maxLength: 80,
      language: ["en"],
      errorPage: "fail",
      mustMatch: ["running shoes", "/\\b\\d+ kilomet(?:re|er)s/i"],
      mustNotMatch: ["/^as an ai/im", "[sponsored]"],
      evidence: "complete",
    };
    expect(failuresOf(gates, TEXT, {}, kept("complete"))).toEqual([]);
    expect(() => validator.check?.({ ...aJob(), gates })).not.toThrow();
  });

  it("say everything that an answer fails", () => {
    expect(
      failuresOf({
        maxLength: 10,
        language: ["de", "fr"],
        mustMatch: ["Schuh"],
        mustNotMatch: ["/SHOES/i"],
        evidence: "partial",
      }),
    ).toEqual([
      "the answer is in en, and language is de, fr",
      "Schuh is not in the answer, against mustMatch",
      "the answer has 80 characters, and maxLength is 10",
      "/SHOES/i is in the answer, against mustNotMatch",
      "the evidence is missing, and evidence is to be partial",
    ]);
  });

  it("want evidence that is as whole as they say", () => {
    const states = [undefined, "complete", "partial", "failed"] as const;
    const accepted = (evidence: "complete" | "partial"): unknown[] =>
      states.filter((state) => failuresOf({ evidence }, TEXT, {}, state && kept(state)).length === 0);
    expect(accepted("complete")).toEqual(["complete"]);
    expect(accepted("partial")).toEqual(["complete", "partial"]);
    expect(failuresOf({}, TEXT, {}, kept("failed"))).toEqual([]);
  });

  it("do not let the text of an error page count, unless they say so", () => {
    expect(failuresOf({}, "502 Bad Gateway")).toEqual(["the answer is the text of an error page"]);
    expect(failuresOf({ errorPage: "pass" }, "502 Bad Gateway")).toEqual([]);
  });

  it("flag an answer whose language cannot be told, and let it pass", () => {
    expect(validator.validate({ ...aJob(), gates: { language: ["de"] } }, anAnswer("Nike."))).toEqual({
      accepted: true,
      failures: [],
      flags: ["language-undecided"],
    });
  });

  it("ask of a refusal only what a refusal can be", () => {
    const flags = ["filtered"] as const;
    expect(failuresOf({ minLength: 99, language: ["de"], mustMatch: ["Schuh"] }, TEXT, { flags })).toEqual([]);
    expect(failuresOf({ mustNotMatch: ["shoes"] }, TEXT, { flags })).toHaveLength(1);
  });

  it("find a text however its accents are written, and by expressions that are multiline or span lines", () => {
    const decomposed = "caf\u0065\u0301\nau lait".normalize("NFD");
    expect(failuresOf({ mustMatch: ["café", "/^au/m", "/café.au/s"] }, decomposed)).toEqual([]);
    expect(failuresOf({ mustMatch: ["/^au/", "/café.au/"] }, decomposed)).toHaveLength(2);
  });

  it.each(["/(a+)+$/", "/(a|aa)+$/", "/(?:a?){50}a{50}/", "/(.*)*x/"])(
    "are not held up by %s, which takes a backtracking engine years",
    (pattern) => {
      expect(failuresOf({ mustNotMatch: [pattern] }, `${"a".repeat(50_000)}!`).length).toBeLessThanOrEqual(1);
    },
  );

  it("do not look for patterns in a text without end", () => {
    expect(failuresOf({ mustMatch: ["a"] }, "a".repeat(100_001))).toEqual([
      "the answer is longer than the 100000 that mustMatch can look at",
    ]);
  });

  it.each([
    [{ language: ["xx"] }, "gates: language: this language cannot be told"],
    [{ mustMatch: ["/(/"] }, "the expression cannot be used"],
    [{ mustNotMatch: ["/(?=a)/"] }, "the expression cannot be used"],
    [{ mustNotMatch: [`/${"a".repeat(300)}/`] }, "the expression is too large"],
    [{ mustNotMatch: ["a".repeat(501)] }, "a pattern has at most 500 characters"],
    [{ minLength: 5, maxLength: 4 }, "gates: maxLength (4) must not be below minLength (5)"],
    [{ minLength: NaN }, "gates: minLength must be 0 or more, and is NaN"],
    [{ retry: 0.5 }, "gates: retry must be a whole number, 0 or more, and is 0.5"],
  ] as const)("are refused before anything is asked: %j", (gates, message) => {
    expect(() => validator.check?.({ ...aJob(), gates })).toThrow(message);
  });
});

function kept(state: EvidenceState): Evidence {
  return { sha256Hash: "", capturedAt: new Date(0), state };
}
