import { decodeJobResult, encodeJobResult, type JobResult } from "@bentham/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

const text = fc.string({ unit: "grapheme" });
const count = fc.nat();
const date = fc.date({ noInvalidDate: true });
/** A record whose members beside `required` may be absent, as optional members are. */
const record = <T extends object>(model: { [Key in keyof T]-?: fc.Arbitrary<T[Key]> }, required: (keyof T)[]) =>
  fc.record(model, { requiredKeys: required, noNullPrototype: true }) as fc.Arbitrary<T>;

const response = record<NonNullable<JobResult["response"]>>(
  {
    text,
    responseTimeMs: count,
    tokenCount: count,
    inputTokens: count,
    model: text,
    finishReason: text,
    flags: fc.array(fc.constantFrom("refused" as const, "filtered" as const, "truncated" as const)),
    citations: fc.array(record({ url: text, title: text, start: count, end: count }, ["url"])),
  },
  ["text", "responseTimeMs"],
);
const evidence = record<NonNullable<JobResult["evidence"]>>(
  {
    screenshotPath: text,
    htmlArchivePath: text,
    harFilePath: text,
    sha256Hash: text,
    capturedAt: date,
    bagPath: text,
    state: fc.constantFrom("complete" as const, "partial" as const, "failed" as const),
    reasons: fc.array(text),
    check: fc.constant({ network: "equal", page: "not-available" } as const),
    code: fc.constant("DISK_FULL" as const),
  },
  ["sha256Hash", "capturedAt"],
);
const metadata = record<JobResult["metadata"]>(
  {
    executedAt: date,
    executionTimeMs: count,
    proxyUsed: text,
    sessionId: text,
    credentialId: text,
    attempts: count,
    asks: count,
    proxyTraffic: fc.record({ sentBytes: count, receivedBytes: count }, { noNullPrototype: true }),
  },
  ["executedAt", "executionTimeMs"],
);
const result = record<JobResult>(
  {
    jobId: text,
    studyId: text,
    surfaceId: text,
    locationId: text,
    queryId: text,
    success: fc.boolean(),
    response,
    error: fc.record(
      { code: text, message: text, isRetryable: fc.boolean(), retryCount: count },
      { noNullPrototype: true },
    ),
    evidence,
    metadata,
    outcome: fc.constantFrom("answered" as const, "failed" as const, "deferred" as const),
    state: fc.constantFrom("answered" as const, "failed" as const),
    runId: text,
    repeat: count,
    generation: count,
  },
  ["jobId", "studyId", "surfaceId", "locationId", "queryId", "success", "metadata"],
);

describe("a job's result", () => {
  test("survives JSON, its dates and absent members included", () => {
    fc.assert(
      fc.property(result, (written) => {
        expect(decodeJobResult(encodeJobResult(written))).toStrictEqual(written);
      }),
    );
  });

  test("writes dates in ISO 8601, in UTC", () => {
    const written = encodeJobResult({
      jobId: "j",
      studyId: "s",
      surfaceId: "openai-api",
      locationId: "direct",
      queryId: "q",
      success: false,
      metadata: { executedAt: new Date(Date.UTC(2026, 10, 23, 13, 5, 6, 7)), executionTimeMs: 1 },
    });
    expect(JSON.parse(written)).toMatchObject({ metadata: { executedAt: "2026-11-23T13:05:06.007Z" } });
  });

  test("is refused when it is not JSON", () => {
    expect(() => decodeJobResult('{"jobId":')).toThrow(SyntaxError);
  });
});
