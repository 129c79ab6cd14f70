import type { Answer, Job } from "@bentham/core";
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
