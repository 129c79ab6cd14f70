import { describe, expect, test } from "vitest";
import { forbiddenTokens } from "../../src/yaml/forbidden-tokens.ts";

function stairs(levels: number): string {
  return Array.from({ length: levels }, (_, level) => `${" ".repeat(level)}a:`).join("\n");
}

describe("what is refused before it is parsed", () => {
  test.each([
    ["an alias", "a: &x 1\nb: *x\n", ["*x"]],
    ["a tag of the language's own", "a: !!set { x }\n", ["!!set"]],
    ["a tag for text", "a: !!str 5\n", ["!!str"]],
    ["a tag of a program", "a: !!js/function 'x'\nb: !ruby/object {}\n", ["!!js/function", "!ruby/object"]],
    ["a bare tag", "a: ! 5\n", ["! "]],
    ["a directive", "%YAML 1.1\n---\na: 1\n", ["%YAML 1.1"]],
    ["an alias behind a byte order mark and CRLF", "\ufeffa: 1\r\nb: *x\r\n", ["*x"]],
  ])("finds %s where it stands", (_, text, expected) => {
    const found = forbiddenTokens(text).map(({ offset }) => text.slice(offset));
    expect(found.map((rest, index) => rest.startsWith(expected[index] ?? "?"))).toEqual(expected.map(() => true));
  });

  test.each([
    [
      "stars, marks and brackets within text",
      'a: x *y !z %w\nb: "*x !y [[["\nc: |\n  *x\n  !y\n  %z\n# *x !y %z [[[\n',
    ],
    ["an anchor that nobody uses", "a: &x 1\n"],
    ["brackets that are never closed within texts", 'a: ":["\n'.repeat(200)],
    ["long lists", "- [1, 2]\n".repeat(1000)],
    ["deep text", `a: |\n${Array.from({ length: 100 }, (_, line) => " ".repeat(line + 1) + "x").join("\n")}\n`],
    [
      "steps within brackets",
      `a: [\n${Array.from({ length: 100 }, (_, line) => `${" ".repeat(line + 1)}1,\n`).join("")}  ]\n`,
    ],
    ["hyphens in a row", `a: ${"-".repeat(500)}\n# ${"- ".repeat(500)}\n`],
    [
      "a plain text that goes on",
      `a: x\n${Array.from({ length: 100 }, (_, line) => " ".repeat(line + 1) + "x").join("\n")}\n`,
    ],
  ])("leaves %s alone", (_, text) => {
    expect(forbiddenTokens(text)).toEqual([]);
  });
});

describe("nesting", () => {
  test.each([
    ["lists in brackets", "[".repeat(50), "["],
    ["mappings in brackets", "{a: ".repeat(50), "{a: "],
    ["lists in a line", "- ".repeat(50), "- "],
    ["keys in a line", "? ".repeat(50), "? "],
  ])("takes fifty %s, and refuses more", (_, text, one) => {
    // The line itself is one level of a block.
    const levels = text.slice(one.length);
    expect(forbiddenTokens(levels)).toEqual([]);
    expect(forbiddenTokens(text).map(({ message }) => message)).toEqual(["nested more than 50 deep"]);
  });

  test("counts blocks by their indentation, and forgets those that have ended", () => {
    expect(forbiddenTokens(`${stairs(49)}\n${stairs(49)}\n`)).toEqual([]);
    expect(forbiddenTokens(stairs(60)).map(({ message }) => message)).toEqual(["nested more than 50 deep"]);
  });
});
