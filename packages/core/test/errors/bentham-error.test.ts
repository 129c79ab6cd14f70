import { BenthamError, isBenthamError } from "@bentham/core";
import type * as Copy from "../../src/errors/bentham-error.ts";
import { describe, expect, test } from "vitest";

describe("BenthamError", () => {
  test("carries its code, message, cause and facts", () => {
    const cause = new Error("socket");
    const error = new BenthamError("RATE_LIMITED", "wait", { cause, retryAfterMs: 0, partialText: "" });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: "BenthamError",
      code: "RATE_LIMITED",
      message: "wait",
      cause,
      retryAfterMs: 0,
      partialText: "",
    });
    expect(error.stack).toContain("bentham-error.test.ts");
  });

  test("has no facts that nobody gave it", () => {
    const error = new BenthamError("TIMEOUT", "late");
    expect(Object.keys(error).toSorted()).toEqual(["code", "name"]);
    expect("cause" in error).toBe(false);
  });
});

describe("isBenthamError", () => {
  test("knows an error of another copy of the package", async () => {
    const copies = await Promise.all(
      ["one", "two"].map((copy): Promise<typeof Copy> => {
        const url = new URL(`../../src/errors/bentham-error.ts?copy=${copy}`, import.meta.url);
        return import(/* @vite-ignore */ url.href);
      }),
    );
    const [one, two] = copies;
    if (!one || !two) throw new Error("two copies were imported");
    const error = new one.BenthamError("TIMEOUT", "late");
    expect(one.BenthamError).not.toBe(two.BenthamError);
    expect(error).not.toBeInstanceOf(two.BenthamError);
    expect(two.isBenthamError(error)).toBe(true);
    expect(isBenthamError(error)).toBe(true);
  });

  test.each([
    ["a plain error", new Error("TIMEOUT")],
    ["an error with a code", Object.assign(new Error("x"), { code: "TIMEOUT" })],
    ["something that looks like one", { name: "BenthamError", code: "TIMEOUT", message: "late" }],
    ["something branded that is no error", { [Symbol.for("bentham.error")]: true, code: "TIMEOUT" }],
    ["undefined", undefined],
    ["null", null],
    ["a string", "TIMEOUT"],
    ["a function", () => {}],
  ])("is false for %s", (_what, value) => {
    expect(isBenthamError(value)).toBe(false);
  });

  test("is false for what cannot be looked at", () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(isBenthamError(proxy)).toBe(false);
  });
});
