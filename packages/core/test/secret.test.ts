// What the linter refuses is what is tried here: printing a secret without meaning to.
// oxlint-disable typescript/restrict-template-expressions
import { format, inspect } from "node:util";
import { Secret } from "@bentham/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

const VALUE = "sk-canary-0123456789";

/** Every way a program prints a value without meaning to. */
const PRINTERS: Readonly<Record<string, (secret: Secret) => string>> = {
  String: (secret) => String(secret),
  template: (secret) => `key is ${secret}`,
  "string joined by +": (secret) => "key is " + secret,
  "Array.join": (secret) => [secret, secret].join(),
  JSON: (secret) => JSON.stringify(secret),
  "JSON, nested": (secret) => JSON.stringify({ request: { headers: [{ authorization: secret }] } }),
  inspect: (secret) => inspect(secret),
  "inspect, nested": (secret) => inspect({ request: { headers: [{ authorization: secret }] } }, { depth: 9 }),
  "inspect, everything shown": (secret) =>
    inspect({ secret }, { showHidden: true, getters: true, showProxy: true, customInspect: true }),
  "inspect without custom printing": (secret) => inspect(secret, { customInspect: false, showHidden: true }),
  "console format": (secret) => format("%s %o %O %j", secret, secret, secret, secret),
  "in a Map and a Set": (secret) => inspect(new Map([["key", new Set([secret])]])),
  "error message": (secret) => new Error(`refused: ${secret}`).message,
  "error stack": (secret) => new Error(`refused: ${secret}`).stack ?? "",
  "error cause": (secret) => inspect(new Error("refused", { cause: { secret } }), { depth: 9 }),
  "type error of the runtime": (secret) => {
    try {
      return String(Reflect.apply(Reflect.get(secret, "toString"), undefined, [secret]) + BigInt(String(secret)));
    } catch (error) {
      return String(error);
    }
  },
  "structured clone": (secret) => inspect(structuredClone({ secret }), { showHidden: true }),
  "own properties": (secret) => JSON.stringify(Object.entries(Object.getOwnPropertyDescriptors(secret))),
};

describe("Secret", () => {
  test.each(Object.entries(PRINTERS))("does not print its value: %s", (_way, print) => {
    expect(print(new Secret(VALUE))).not.toContain("canary");
  });

  test("prints as [secret] where people read it", () => {
    const secret = new Secret(VALUE);
    expect(`${secret} ${JSON.stringify({ secret })} ${inspect({ secret })}`).toBe(
      '[secret] {"secret":"[secret]"} { secret: [secret] }',
    );
  });

  test("gives its value to who asks for it by name", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        expect(new Secret(value).reveal()).toBe(value);
      }),
    );
  });
});
