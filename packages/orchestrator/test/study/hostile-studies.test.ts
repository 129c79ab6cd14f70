import { describe, expect, test } from "vitest";
import { errorOf, MINIMAL, refusalOf, studyOf } from "../support/study-folder.ts";

const MANY = 100_000;

/** Nine levels, each of which stands for the one before nine times: 387 million values. */
function billionLaughs(): string {
  const names = Array.from("abcdefghi");
  const lines = names.map((name, level) => {
    const item = level === 0 ? "x" : `*${names[level - 1]}`;
    return `${name}: &${name} [${Array.from({ length: 9 }, () => item).join(", ")}]`;
  });
  return lines.join("\n");
}

describe("a study that means harm", () => {
  test.each([
    [
      "multiplies itself with aliases",
      billionLaughs(),
      "study.yaml:2:8 aliases are not supported; write the value out, or put text that starts so in quotes",
    ],
    [
      "refers to itself",
      "a: &a [*a]\n",
      "study.yaml:1:8 aliases are not supported; write the value out, or put text that starts so in quotes",
    ],
    [
      "merges keys",
      `${MINIMAL}<<: { repeats: 3 }\n`,
      'study.yaml:5:1 ["<<"]: merge keys are not supported; write the keys out',
    ],
    [
      "names a program's type",
      `${MINIMAL}x: !!js/function "f"\n`,
      "study.yaml:5:4 tags are not supported; write the value without one, or put text that starts so in quotes",
    ],
    [
      "asks for another YAML",
      `%YAML 1.1\n---\n${MINIMAL}`,
      "study.yaml:1:1 directives are not supported; remove this line",
    ],
    [
      "holds a second document",
      `${MINIMAL}---\nname: other\n`,
      "study.yaml:5:1 a file holds one document; remove the `---` and what follows it",
    ],
    ["indents with a tab", `${MINIMAL}retry:\n\tmaxRetries: 3\n`, "study.yaml:6:1 a tab indents here; use spaces"],
    ["nests lists in brackets", `a: ${"[".repeat(MANY)}`, "study.yaml:1:53 nested more than 50 deep"],
    ["nests mappings in brackets", "{a: ".repeat(MANY), "study.yaml:1:197 nested more than 50 deep"],
    ["nests lists in a line", "- ".repeat(MANY), "study.yaml:1:99 nested more than 50 deep"],
    [
      "nests blocks",
      Array.from({ length: 1400 }, (_, level) => `${" ".repeat(level)}a:`).join("\n"),
      "study.yaml:51:52 nested more than 50 deep",
    ],
    [
      "lists numbers for questions",
      `queries:\n${"- 1\n".repeat(200_000)}`,
      "study.yaml:1:1 name: missing: expected text",
    ],
    ["is not UTF-8", Uint8Array.of(0xc3, 0x28), "study.yaml this is not UTF-8; save the study as UTF-8"],
    [
      "is ten megabytes long",
      "#".repeat(10_000_000),
      "study.yaml longer than the 1048576 bytes that a study may have; keep long parts, such as questions, in files of their own",
    ],
  ])("%s", async (_, text, expected) => {
    expect((await refusalOf(text))[0]).toBe(expected);
  });

  test.each(["__proto__", "constructor", "prototype"])("reaches for every object with the key %s", async (key) => {
    const lines = await refusalOf(
      [
        MINIMAL.trimEnd(),
        `${key}: { polluted: 1 }`,
        `limits: { ${key}: { concurrency: 1 } }`,
        `gates: { ${key}: 1 }`,
      ].join("\n"),
    );
    expect(lines).toEqual([
      `study.yaml:5:1 ${key}: unknown key; remove it`,
      `study.yaml:6:11 limits.${key}: unknown key; remove it`,
      `study.yaml:7:10 gates.${key}: unknown key; remove it`,
    ]);
    expect("polluted" in {}).toBe(false);
  });

  test("names a surface as what every object has", async () => {
    const { surfaces, limits } = await studyOf(
      "name: a\nqueries: [{ id: q, text: t }]\nsurfaces: [{ id: constructor }]\n",
    );
    expect(surfaces.map(({ id }) => id)).toEqual(["constructor"]);
    expect(limits.size).toBe(0);
  });

  test("uses names of methods as keys", async () => {
    expect(await refusalOf(`${MINIMAL}toString: 1\n`)).toEqual([
      expect.stringMatching(/^study\.yaml:5:1 toString: unknown key; known here: name, queries,/),
    ]);
  });

  test("hides orders to a terminal in a key", async () => {
    const error = await errorOf(`${MINIMAL}"\\e]52;c;aGk=\\a\\u202e": 1\n"x\\ny:1:1 fake": 1\n`);
    const lines = error.message.split("\n");
    expect(lines.map((line) => line.split(" unknown key")[0])).toEqual([
      'study.yaml:5:1 ["\\u{1b}]52;c;aGk=\\u{7}\\u{202e}"]:',
      'study.yaml:6:1 ["x\\u{a}y:1:1 fake"]:',
    ]);
  });
});
