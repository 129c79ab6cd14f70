import { BenthamError, isErrorCode } from "@bentham/core";
import { classifyError, isRetryable } from "@bentham/executor";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

const UNKNOWN = { code: "INTERNAL", category: "internal", isRetryable: false, suggestedAction: "report_bug" };
const KEYS = ["name", "message", "code", "cause", "errors", "lastError", "error", "status", "statusCode", "headers"];
const ALL_KEYS = [...KEYS, "responseHeaders", "responseBody", "retryAfterMs", "partialText", "stack"];

/** An object on which reading any of these throws. */
function withThrowingGetters(keys: readonly string[], target: object = {}): object {
  for (const key of keys) {
    Object.defineProperty(target, key, {
      get() {
        throw new Error(`${key} cannot be read`);
      },
    });
  }
  return target;
}

/** A proxy on which every operation throws. */
function hostileProxy(target: object): object {
  const traps = ["get", "has", "ownKeys", "getPrototypeOf", "getOwnPropertyDescriptor", "set", "defineProperty"];
  return new Proxy(target, Object.fromEntries(traps.map((trap) => [trap, () => raise(new Error("hands off"))])));
}

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

function cyclic(): Error {
  const error: Error & { errors?: unknown[] } = new Error("round");
  error.cause = new Error("and round", { cause: error });
  error.errors = [error, error.cause];
  return error;
}

const wideError = new AggregateError(Array.from({ length: 100_000 }, () => new Error("one of many")));

const ODD: Readonly<Record<string, unknown>> = {
  "a string": "boom",
  "an empty string": "",
  "a number": 429,
  "a bigint": 7n,
  "a symbol": Symbol("boom"),
  undefined: undefined,
  null: null,
  "a function": () => {},
  "an empty object": {},
  "an object without a prototype": Object.create(null),
  "throwing getters": withThrowingGetters(ALL_KEYS),
  "an error with throwing getters": withThrowingGetters(ALL_KEYS, new Error("x")),
  "a Bentham error with throwing getters": withThrowingGetters(
    ["message", "retryAfterMs"],
    new BenthamError("INTERNAL", "x"),
  ),
  "a revoked proxy": revoked({}),
  "a revoked proxy of an error": revoked(new Error("x")),
  "a revoked proxy as cause": new Error("x", { cause: revoked({}) }),
  "a revoked proxy as list of errors": { errors: revoked([]) },
  "a revoked proxy as headers": { statusCode: 999, headers: revoked({}) },
  "a proxy that refuses everything": hostileProxy({}),
  "a proxy that refuses everything as headers": { headers: hostileProxy({}) },
  "a list that cannot be walked": { errors: hostileProxy([]) },
  "a cyclic error": cyclic(),
  "a very wide error": wideError,
  "a status that is none": { status: Number.NaN, statusCode: Infinity },
  "a status out of every range": { status: 99_999 },
  "members of other types": { name: 1, message: {}, code: [], headers: "x", responseBody: Symbol("x"), errors: "many" },
  "the names of Object's own members": { name: "constructor", code: "toString", message: "__proto__" },
};

describe("classifyError, given anything", () => {
  test.each(Object.keys(ODD))("says of %s that nothing is known of it", (what) => {
    expect(classifyError(ODD[what])).toEqual(UNKNOWN);
    expect(isRetryable(ODD[what])).toBe(false);
  });

  test("gives an answer, and the same one twice", () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withSparseArray: true, withBigInt: true }), (value) => {
        const classification = classifyError(value);
        expect(isErrorCode(classification.code)).toBe(true);
        expect(classifyError(value)).toEqual(classification);
      }),
    );
  });

  test("gives an answer for errors whose members are anything", () => {
    const members = fc.dictionary(fc.constantFrom(...ALL_KEYS), fc.anything());
    fc.assert(
      fc.property(members, fc.boolean(), (odd, throws) => {
        const error = new Error("odd");
        for (const [key, value] of Object.entries(odd)) {
          Object.defineProperty(error, key, throws ? { get: () => raise(value) } : { value });
        }
        const { code, retryAfterMs = 0 } = classifyError(new Error("wrapped", { cause: error }));
        expect(isErrorCode(code)).toBe(true);
        expect(retryAfterMs).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test("takes a code that only a newer copy of the package knows for an unknown one", () => {
    const newer = Object.assign(new BenthamError("TIMEOUT", "x"), { code: "NOT_YET_INVENTED" });
    expect(classifyError(newer)).toEqual(UNKNOWN);
  });

  test.each([Number.NaN, -1, "soon"])("does not pass on a wait that is none: %s", (retryAfterMs) => {
    const error = Object.assign(new BenthamError("RATE_LIMITED", "wait"), { retryAfterMs });
    expect(classifyError(error)).toMatchObject({ code: "RATE_LIMITED" });
    expect("retryAfterMs" in classifyError(error)).toBe(false);
  });
});

function raise(value: unknown): never {
  throw value;
}
