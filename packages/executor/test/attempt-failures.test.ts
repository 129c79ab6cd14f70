import { BenthamError, type SurfaceAdapter } from "@bentham/core";
import { createExecutor } from "@bentham/executor";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jobOf } from "./support/jobs.ts";
import { openBook, openLenders, unbalanced } from "./support/lenders.ts";
import { adapterOf, answerOf, registryOf } from "./support/surface.ts";
import { TestClock } from "./support/test-clock.ts";

/** Runs one attempt with everything leased; gives its result and what was not given back. */
async function attemptOf(adapter: SurfaceAdapter): Promise<{ error: unknown; stillLent: string[] }> {
  const clock = new TestClock();
  const book = openBook();
  const executor = createExecutor({ surfaceAdapters: registryOf(adapter), ...openLenders(book, clock), clock });
  const result = await clock.run(executor.executeJob(jobOf({ credentialPool: "team" }), { maxRetries: 0 }));
  return { error: result.error, stillLent: unbalanced(book) };
}

const throwing = (value: unknown): SurfaceAdapter =>
  adapterOf(
    () => {
      throw value;
    },
    { session: true },
  );

function unreadableError(): Error {
  const error = new Error("x");
  for (const key of ["message", "name", "cause", "code", "partialText"]) {
    Object.defineProperty(error, key, {
      get() {
        throw new Error("unreadable");
      },
    });
  }
  return error;
}

function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable(new Error("x"), {});
  revoke();
  return proxy;
}

const brokenToString = {
  toString() {
    throw new Error("unprintable");
  },
};

describe("an attempt whose adapter throws", () => {
  test.each([
    ["an error", new Error("boom"), "boom"],
    ["a string", "boom", "boom"],
    ["a number", 7, "7"],
    ["a symbol", Symbol("boom"), "Symbol(boom)"],
    ["undefined", undefined, "undefined"],
    ["null", null, "null"],
    ["an error whose message is none", Object.assign(new Error("x"), { message: 7 }), expect.any(String)],
    ["an object without a prototype", Object.create(null), expect.any(String)],
    ["an object that cannot be printed", brokenToString, expect.any(String)],
    ["an error that cannot be read", unreadableError(), expect.any(String)],
    ["a revoked proxy", revokedProxy(), expect.any(String)],
    ["a promise that rejects", Promise.reject(new Error("inner")).catch(() => "x"), expect.any(String)],
  ])("%s ends with a result, and gives everything back", async (_what, value, message) => {
    const { error, stillLent } = await attemptOf(throwing(value));
    expect(error).toStrictEqual({ code: "INTERNAL", message, isRetryable: false, retryCount: 0 });
    expect(stillLent).toEqual([]);
  });

  test("anything at all ends with a result, and gives everything back", async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything({ withNullPrototype: true, withBigInt: true }), async (value) => {
        const { error, stillLent } = await attemptOf(throwing(value));
        expect(error).toMatchObject({ code: expect.any(String), message: expect.any(String) });
        expect(stillLent).toEqual([]);
      }),
    );
  });

  test("at once, without a promise, ends with a result too", async () => {
    const adapter: SurfaceAdapter = {
      name: "sync",
      version: "1",
      ask() {
        throw new BenthamError("SURFACE_CHANGED", "no composer");
      },
    };
    expect(await attemptOf(adapter)).toMatchObject({
      error: { code: "SURFACE_CHANGED", message: "no composer" },
      stillLent: [],
    });
  });

  test.each([
    ["nothing", undefined],
    ["null", null],
    ["no text", {}],
  ])("or gives %s for an answer ends as a failure, never as an empty answer", async (_what, answer) => {
    const adapter = adapterOf(() => JSON.parse(JSON.stringify({ answer })).answer);
    expect(await attemptOf(adapter)).toMatchObject({ error: { code: "INTERNAL" }, stillLent: [] });
  });

  test("an AbortError of its own, though nobody aborted the attempt, ends as a failure of the adapter's", async () => {
    const executor = createExecutor({
      surfaceAdapters: registryOf(throwing(new DOMException("This operation was aborted", "AbortError"))),
      ...openLenders(openBook(), new TestClock()),
    });
    expect(await executor.executeJob(jobOf())).toMatchObject({
      success: false,
      outcome: "failed",
      error: { code: "INTERNAL", isRetryable: false },
    });
  });

  test.each(["CHALLENGE", "LOGIN_REQUIRED", "ACCOUNT_BLOCKED", "ACCESS_BLOCKED"] as const)(
    "%s asks for a person, once",
    async (code) => {
      let asks = 0;
      const adapter = adapterOf(() => {
        asks += 1;
        throw new BenthamError(code, "a person is needed");
      });
      const executor = createExecutor({ surfaceAdapters: registryOf(adapter) });
      expect(await executor.executeJob(jobOf())).toMatchObject({ outcome: "parked", error: { code, retryCount: 0 } });
      expect(asks).toBe(1);
    },
  );

  test("a validator that throws is a failure, and nothing is asked again", async () => {
    let asks = 0;
    const executor = createExecutor({
      surfaceAdapters: registryOf(
        adapterOf(() => {
          asks += 1;
          return answerOf("hi");
        }),
      ),
      validator: {
        validate() {
          throw new RangeError("a bug of the validator's");
        },
      },
    });
    expect(await executor.executeJob(jobOf())).toMatchObject({ success: false, error: { code: "INTERNAL" } });
    expect(asks).toBe(1);
  });
});
