import { spawnSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withTemporaryFolder } from "@bentham/testbed";
import { describe, expect, test } from "vitest";
import { loadStudy } from "../../src/index.ts";
import { refusalOf, studyOf } from "../support/study-folder.ts";

const study = (file: string): string => `name: x\nqueries: { file: "${file}" }\nsurfaces: [{ id: a }]\n`;

const WHY_AND_HOW = [
  { id: "q1", text: "Why, and how?" },
  { id: "q2", text: 'What does "it" mean?\nSay.' },
];

describe("questions in a file of their own", () => {
  test.each([
    ["questions.csv", 'id,text\nq1,"Why, and how?"\nq2,"What does ""it"" mean?\nSay."\n'],
    ["questions.CSV", '\ufeffText,note, ID \r\n"Why, and how?",,q1\r\n\r\n"What does ""it"" mean?\nSay.",!,q2'],
    ["questions.jsonl", WHY_AND_HOW.map((query) => `${JSON.stringify({ ...query, note: [1] })}\n`).join("\n")],
    ["questions.ndjson", `\ufeff${WHY_AND_HOW.map((query) => JSON.stringify(query)).join("\r\n")}`],
  ])("are read from %s, and other columns and members left alone", async (name, content) => {
    expect((await studyOf(study(name), { [name]: content })).queries).toEqual(WHY_AND_HOW);
  });

  test("are looked for beside the study, wherever the command stands", async () => {
    await withTemporaryFolder(async (folder) => {
      await mkdir(join(folder, "deep/data"), { recursive: true });
      await writeFile(join(folder, "deep/study.yaml"), study("data/q.csv"));
      await writeFile(join(folder, "deep/data/q.csv"), "id,text\na,b\n");
      expect((await loadStudy(join(folder, "deep/study.yaml"))).queries).toEqual([{ id: "a", text: "b" }]);
    });
  });

  test("pollute no object", async () => {
    const line = '{"id":"__proto__","text":"t","__proto__":{"polluted":1}}\n';
    const { queries } = await studyOf(study("q.jsonl"), { "q.jsonl": line });
    expect(queries).toEqual([{ id: "__proto__", text: "t" }]);
    expect("polluted" in {}).toBe(false);
  });
});

describe("a CSV file that is refused", () => {
  test.each([
    [
      "id;text\n1;a\n",
      'q.csv:1 the first line must name the columns id and text, and names "id;text"; part them with commas, not semicolons',
    ],
    ["q1,Why?\n", 'q.csv:1 the first line must name the columns id and text, and names "q1", "Why?"'],
    ["id,text,id\n", "q.csv:1 the first line names the column id twice"],
    [
      "id,text\nq1,Why, and how?\n",
      "q.csv:2 columns in the first line: 2, fields here: 3; put text that holds commas in quotes",
    ],
    ["id,text\nq1\n", "q.csv:2 columns in the first line: 2, fields here: 1; put text that holds commas in quotes"],
    ['id,text\nq1,"Why\n\n', "q.csv:2 the quote that opens here is never closed"],
    ["id,text\n,a\n", "q.csv:2 id: this must not be empty"],
    ["id,text\nq1,\n", "q.csv:2 text: this must not be empty"],
    ['id,text\nq1,a\nq2,"b\nb"\nq1,c\n', 'q.csv:5 id: "q1" stands in line 2 already: rename one'],
    ["id,text\nq\u001b[2J,a\n", "q.csv:2 id: this must print in one line: remove control and direction characters"],
    ["id,text\nq,a\0\n", "q.csv:2 text: this holds a NUL character: remove it"],
  ])("%j", async (content, expected) => {
    expect(await refusalOf(study("q.csv"), { "q.csv": content })).toEqual([expected]);
  });
});

describe("a file of JSON lines that is refused", () => {
  test.each([
    [
      '{"id":"a","text":"b"}\n\n{"id":1,"text":"b"}\n',
      ["q.jsonl:3 id: expected text, received the number 1: put it in quotes"],
    ],
    [
      '{"id":"a"}\n[]\n',
      ["q.jsonl:1 text: missing: expected text", "q.jsonl:2 expected a mapping of keys to values, received a list"],
    ],
    ['{"id":"a","text":"b"}\n{"id":"a","text":"c"}\n', ['q.jsonl:2 id: "a" stands in line 1 already: rename one']],
    ['{"id":"a","text":"\\ud800"}\n', ["q.jsonl:1 text: this holds half of a surrogate pair: remove it"]],
    [`{"id":"a","text":"${"x".repeat(100_001)}"}\n`, ["q.jsonl:1 text: this has at most 100000 characters"]],
  ])("%.70j", async (content, expected) => {
    expect(await refusalOf(study("q.jsonl"), { "q.jsonl": content })).toEqual(expected);
  });

  test("what is no JSON, with the other lines that are wrong, and no order to a terminal", async () => {
    const lines = await refusalOf(study("q.jsonl"), { "q.jsonl": '{"id":"a","text":"b"}\n\u001b[2J{\n{"id":""}\n' });
    expect(lines).toEqual([
      expect.stringMatching(/^q\.jsonl:2 this is no JSON: /),
      "q.jsonl:3 id: this must not be empty",
      "q.jsonl:3 text: missing: expected text",
    ]);
    expect(lines.join("")).not.toContain("\u001b");
  });

  test("what is not UTF-8, by its line", async () => {
    const content = Buffer.concat([Buffer.from('{"id":"a","text":"b"}\n'), Buffer.of(0xe9, 0x0a)]);
    expect(await refusalOf(study("q.jsonl"), { "q.jsonl": content })).toEqual([
      "q.jsonl:2 this is not UTF-8: save the file as UTF-8",
    ]);
  });

  test("a file that is wrong in every line, without telling them all", async () => {
    const lines = await refusalOf(study("q.jsonl"), { "q.jsonl": "{}\n".repeat(100_000) });
    expect(lines).toHaveLength(51);
    expect(lines.at(-1)).toBe("and more");
  });
});

describe("a study whose file of questions", () => {
  test.each([
    ["is not there", "nope.csv", /^study\.yaml:2:18 queries\.file: there is no file .*nope\.csv$/],
    ["has another form", "study.yaml", /^study\.yaml:2:18 queries\.file: "study\.yaml" must end in \.csv or \.jsonl/],
    ["is empty", "empty.csv", /^study\.yaml:2:18 queries\.file: "empty\.csv" holds no question$/],
    ["has a header alone", "header.csv", /^study\.yaml:2:18 queries\.file: "header\.csv" holds no question$/],
  ])("%s", async (_, name, expected) => {
    const lines = await refusalOf(study(name), { "empty.csv": "", "header.csv": "id,text\n" });
    expect(lines).toEqual([expect.stringMatching(expected)]);
  });

  test("is a folder, or a pipe that nobody writes to", async () => {
    await withTemporaryFolder(async (folder) => {
      await mkdir(join(folder, "dir.csv"));
      expect(spawnSync("mkfifo", [join(folder, "pipe.csv")]).status).toBe(0);
      for (const name of ["dir.csv", "pipe.csv"]) {
        await writeFile(join(folder, "study.yaml"), study(name));
        await expect(loadStudy(join(folder, "study.yaml"))).rejects.toThrow(`${name} is no ordinary file`);
      }
    });
  });

  test("is wrong, beside other things that are", async () => {
    const lines = await refusalOf("name: X\nqueries: { file: q.csv }\nsurfaces: []\n", { "q.csv": "id,text\n,b\n" });
    expect(lines).toEqual([
      "study.yaml:1:7 name: use small letters, digits and hyphens, with a letter or digit first",
      "study.yaml:3:11 surfaces: a study has at least one surface",
      "q.csv:2 id: this must not be empty",
    ]);
  });
});
