import { scrubSecrets, Secret } from "@bentham/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

const secretsOf = (...values: readonly string[]): Secret[] => values.map((value) => new Secret(value));

describe("scrubSecrets", () => {
  test("replaces every place where a secret stands", () => {
    expect(scrubSecrets("key sk-123456 in ?key=sk-123456&x", secretsOf("sk-123456"))).toBe(
      "key [secret] in ?key=[secret]&x",
    );
  });

  test("leaves a text without secrets as it is", () => {
    expect(scrubSecrets("nothing here", secretsOf("sk-123456"))).toBe("nothing here");
    expect(scrubSecrets("nothing here", [])).toBe("nothing here");
  });

  test("does not look for values so short that innocent text holds them", () => {
    expect(scrubSecrets("a cat and a catalogue", secretsOf("cat", ""))).toBe("a cat and a catalogue");
  });

  test("leaves no end of a longer secret that begins with a shorter one, in either order", () => {
    expect(scrubSecrets("hunter2-extended", secretsOf("hunter2", "hunter2-extended"))).toBe("[secret]");
    expect(scrubSecrets("hunter2-extended", secretsOf("hunter2-extended", "hunter2"))).toBe("[secret]");
  });

  test("takes a secret's characters as they are", () => {
    const odd = secretsOf("$&$1.*+?^", "(a|b)*\\");
    expect(scrubSecrets("<$&$1.*+?^> <(a|b)*\\>", odd)).toBe("<[secret]> <[secret]>");
  });

  test("leaves no secret in any text, and the text around it as it was", () => {
    const secret = fc.string({ unit: fc.constantFrom("x", "y", "z", "$", "&"), minLength: 6, maxLength: 12 });
    const around = fc.string({ unit: fc.constantFrom("a", "b", "c", " ", ",", "."), maxLength: 20 });
    fc.assert(
      fc.property(fc.array(secret, { minLength: 1, maxLength: 4 }), fc.array(around), (values, texts) => {
        const pieces = texts.map((text, index) => [text, values[index % values.length] ?? ""]);
        const scrubbed = scrubSecrets(pieces.flat().join(""), secretsOf(...values));
        expect(scrubbed).toBe(pieces.map(([text]) => `${text}[secret]`).join(""));
      }),
    );
  });
});
