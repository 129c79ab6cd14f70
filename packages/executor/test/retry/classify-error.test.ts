import { BenthamError, ERROR_CODES, isErrorCode, traitsOf } from "@bentham/core";
import { classifyError, isRetryable } from "@bentham/executor";
import { describe, expect, test } from "vitest";
import { errorOf, label, type Symptom } from "./error-shape.ts";
import { HTTP_SYMPTOMS } from "./http-symptoms.data.ts";
import { BROWSER_SYMPTOMS, NODE_SYMPTOMS } from "./network-symptoms.data.ts";

const SYMPTOMS: readonly Symptom[] = [...HTTP_SYMPTOMS, ...NODE_SYMPTOMS, ...BROWSER_SYMPTOMS];

/** The ways in which libraries hide the error that matters. */
const WRAPPINGS: Readonly<Record<string, (error: Error) => unknown>> = {
  "a cause": (error) => new Error("wrapped", { cause: error }),
  "an AggregateError": (error) => new AggregateError([error], "all failed"),
  "an AI_RetryError": (error) =>
    Object.assign(new Error("Failed after 3 attempts"), {
      name: "AI_RetryError",
      reason: "maxRetriesExceeded",
      errors: [new Error("an earlier one"), error],
      lastError: error,
    }),
  "an error part of a stream": (error) => ({ type: "error", error }),
};

const wrap = (error: unknown, times: number): unknown =>
  times === 0 ? error : new Error("wrapped", { cause: wrap(error, times - 1) });

describe("classifyError", () => {
  test.each(SYMPTOMS.map(([code, shape]) => [code, label(shape), shape] as const))("%s: %s", (code, _label, shape) => {
    const { category, isRetryable: retryable, suggestedAction } = traitsOf(code);
    expect(classifyError(errorOf(shape))).toMatchObject({ code, category, isRetryable: retryable, suggestedAction });
    expect(isRetryable(errorOf(shape))).toBe(retryable);
  });

  test.each(Object.keys(WRAPPINGS))("looks for every symptom inside %s", (way) => {
    const wrapped = SYMPTOMS.map(([code, shape]) => [
      code,
      label(shape),
      classifyError(WRAPPINGS[way]?.(errorOf(shape))).code,
    ]);
    expect(wrapped.filter(([code, , found]) => code !== found)).toEqual([]);
  });

  test("follows causes five deep, and no deeper", () => {
    const timeout = new BenthamError("TIMEOUT", "late");
    expect([0, 1, 2, 3, 4, 5, 6].map((times) => classifyError(wrap(timeout, times)).code)).toEqual([
      ...Array.from({ length: 6 }, () => "TIMEOUT"),
      "INTERNAL",
    ]);
  });

  test("gives every error of Bentham its own code back, wrapped or not, and says the same of it twice", () => {
    for (const code of Object.keys(ERROR_CODES).filter(isErrorCode)) {
      const error = new BenthamError(code, "net::ERR_TIMED_OUT", { cause: errorOf({ statusCode: 429 }) });
      expect(classifyError(error)).toMatchObject({ code, ...pick(traitsOf(code)) });
      const again = new BenthamError(classifyError(error).code, "again", { cause: error });
      expect(classifyError(wrap(again, 2))).toEqual(classifyError(error));
    }
  });

  test("believes an error of Bentham more than what wraps it", () => {
    const refused = new BenthamError("RESPONSE_TOO_LARGE", "the answer is larger than 5 MB");
    const call = Object.assign(new Error("Cannot connect to API", { cause: refused }), { statusCode: 200 });
    expect(classifyError(call).code).toBe("RESPONSE_TOO_LARGE");
  });

  test("never has a challenge retried", () => {
    const challenges = SYMPTOMS.filter(([code]) => traitsOf(code).category === "challenge");
    expect(challenges.length).toBeGreaterThan(4);
    expect(challenges.map(([, shape]) => isRetryable(errorOf(shape)))).not.toContain(true);
  });

  test("does not retry what the AI SDK calls retryable though the money is out", () => {
    const error = Object.assign(errorOf({ statusCode: 429, responseBody: '{"error":{"code":"insufficient_quota"}}' }), {
      isRetryable: true,
    });
    expect(classifyError(error)).toMatchObject({ code: "QUOTA_EXCEEDED", isRetryable: false });
  });

  test("reads Retry-After from wherever the answer's headers are", () => {
    const now = Date.parse("Mon, 23 Nov 2026 13:00:00 GMT");
    const headers = { "retry-after": "7" };
    const waits = [
      { statusCode: 429, responseHeaders: headers },
      { status: 429, headers },
      { status: 429, headers: new Headers(headers) },
      new Response("", { status: 429, headers }),
      { statusCode: 429, responseHeaders: { "Retry-After": "7" } },
      new Error("wrapped", { cause: errorOf({ statusCode: 429, responseHeaders: headers }) }),
      new BenthamError("RATE_LIMITED", "wait", { retryAfterMs: 7000 }),
      { statusCode: 429, responseHeaders: { "retry-after": "Mon, 23 Nov 2026 13:00:07 GMT" } },
    ].map((error) => classifyError(error, { now }));
    expect(waits.map(({ code, retryAfterMs }) => [code, retryAfterMs])).toEqual(
      waits.map(() => ["RATE_LIMITED", 7000]),
    );
  });

  test("has no Retry-After where the surface said none", () => {
    expect("retryAfterMs" in classifyError(errorOf({ statusCode: 429 }))).toBe(false);
    const garbage = errorOf({ statusCode: 429, responseHeaders: { "retry-after": "abc" } });
    expect("retryAfterMs" in classifyError(garbage)).toBe(false);
  });

  // A search that goes over it again from every word takes minutes, and the test runs out of time.
  test("does not take long over a body made to be slow to search", () => {
    const body = "location ".repeat(60_000);
    expect(classifyError(errorOf({ statusCode: 400, responseBody: body })).code).toBe("INVALID_REQUEST");
  }, 20_000);
});

function pick(traits: ReturnType<typeof traitsOf>): object {
  return { category: traits.category, isRetryable: traits.isRetryable, suggestedAction: traits.suggestedAction };
}
