import { spawnSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isBenthamError } from "@bentham/core";
import { withTemporaryFolder } from "@bentham/testbed";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { InvalidFileError, readYamlFile } from "../../src/index.ts";

const schema = z.strictObject({
  worker: z.strictObject({ timeout: z.int().min(1).optional() }).optional(),
  surfaces: z.record(z.string().regex(/^[a-z]+$/, "use small letters"), z.strictObject({ url: z.url() })).optional(),
  mode: z.enum(["fast", "slow"]).optional(),
  kind: z.literal("a").optional(),
  on: z.boolean().optional(),
  list: z.array(z.string().max(3)).max(2).optional(),
});

const options = { what: "configuration", code: "CONFIG_INVALID" } as const;

async function read(text: string | Uint8Array): Promise<unknown> {
  return withTemporaryFolder(async (folder) => {
    await writeFile(join(folder, "my.yaml"), text);
    return readYamlFile(join(folder, "my.yaml"), schema, options);
  });
}

async function refusal(reading: Promise<unknown>): Promise<InvalidFileError> {
  const error = await reading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof InvalidFileError)) throw new Error(`no refusal, but ${String(error)}`);
  return error;
}

describe("what it takes", () => {
  test.each([
    ["plain text", "mode: fast\non: true\n"],
    ["CRLF", "mode: fast\r\non: true\r\n"],
    ["a byte order mark", "\ufeffmode: fast\non: true\n"],
    ["one document between marks", "---\nmode: fast\non: true\n...\n"],
    ["JSON", '{ "mode": "fast", "on": true }'],
    ["comments", "# first\nmode: fast # then\non: true\n"],
  ])("%s", async (_, text) => {
    expect(await read(text)).toEqual({ mode: "fast", on: true });
  });

  test("an empty file, where nothing is needed", async () => {
    expect(await read("")).toEqual({});
    expect(await read("# nothing\n")).toEqual({});
  });
});

describe("what it refuses", () => {
  test("carries code, brand and every issue with its facts, in the order of the file", async () => {
    const error = await refusal(read("mode: fst\r\nworker:\r\n  timeot: 3\r\n  timeout: 0\r\n"));
    expect(isBenthamError(error)).toBe(true);
    expect(error.code).toBe("CONFIG_INVALID");
    expect(error.issues).toEqual([
      {
        file: "my.yaml",
        line: 1,
        column: 7,
        path: "mode",
        message: 'expected one of "fast", "slow", received "fst"; did you mean "fast"?',
      },
      {
        file: "my.yaml",
        line: 3,
        column: 3,
        path: "worker.timeot",
        message: "unknown key",
        hint: 'did you mean "timeout"?',
      },
      { file: "my.yaml", line: 4, column: 12, path: "worker.timeout", message: "expected at least 1, received 0" },
    ]);
    expect(error.message.split("\n")).toEqual([
      'my.yaml:1:7 mode: expected one of "fast", "slow", received "fst"; did you mean "fast"?',
      'my.yaml:3:3 worker.timeot: unknown key; did you mean "timeout"?',
      "my.yaml:4:12 worker.timeout: expected at least 1, received 0",
    ]);
  });

  test.each([
    ["a list at the top", "- a\n", "my.yaml:1:1 expected a mapping of keys to values, received a list"],
    ["text where true or false belongs", "on: yes\n", "my.yaml:1:5 on: expected true or false, received text"],
    [
      "a list for a mapping",
      "worker: [1]\n",
      "my.yaml:1:9 worker: expected a mapping of keys to values, received a list",
    ],
    ["a mapping for a list", "list: {}\n", "my.yaml:1:7 list: expected a list, received a mapping"],
    ["a number for text", "list: [5]\n", "my.yaml:1:8 list[0]: expected text, received the number 5: put it in quotes"],
    ["true for text", "list: [a, true]\n", "my.yaml:1:11 list[1]: expected text, received true: put it in quotes"],
    ["a long text", "list: [abcd]\n", "my.yaml:1:8 list[0]: expected at most 3 characters, received 4"],
    ["a long list", "list: [a, b, c]\n", "my.yaml:1:7 list: expected at most 2 in the list, received 3"],
    ["no value", "list:\n", "my.yaml:1:1 list: there is no value: expected a list"],
    ["another word than the only one", "kind: b\n", 'my.yaml:1:7 kind: expected "a", received "b"'],
    ["a number for a word", "mode: 5\n", 'my.yaml:1:7 mode: expected one of "fast", "slow", received the number 5'],
    ["no URL", "surfaces: { a: { url: x } }\n", "my.yaml:1:23 surfaces.a.url: expected a URL"],
    ["a key of a wrong form", "surfaces: { A: { url: 'http://x' } }\n", "my.yaml:1:13 surfaces.A: use small letters"],
    [
      "an endless number",
      "worker: { timeout: .inf }\n",
      "my.yaml:1:20 worker.timeout: expected a number, received no finite one",
    ],
    [
      "a fraction",
      "worker: { timeout: 1.5 }\n",
      "my.yaml:1:20 worker.timeout: expected a whole number, received the number 1.5",
    ],
    ["a key from elsewhere", "timeout: 3\n", 'my.yaml:1:1 timeout: unknown key; it belongs in "worker"'],
    ["a key that is like no other", "worker: { x: 1 }\n", "my.yaml:1:11 worker.x: unknown key; known here: timeout"],
    [
      "a key with an escape",
      '"\\e[2J": 1\n',
      'my.yaml:1:1 ["\\u{1b}[2J"]: unknown key; known here: worker, surfaces, mode, kind, on, list',
    ],
    [
      "a missing bracket",
      "list: [a\nmode: fast\n",
      "my.yaml:2:1 a bracket is not closed: there should be a ] before this",
    ],
    [
      "a reserved sign",
      "mode: @fast\n",
      "my.yaml:1:7 plain value cannot start with reserved character @; put the text in quotes",
    ],
    ["a mapping for a key", "{ a: 1 }: b\n", "my.yaml:1:1 a key must be plain text; write `key: value`"],
    [
      "what is not UTF-8",
      Uint8Array.of(0x61, 0x3a, 0xff),
      "my.yaml this is not UTF-8; save the configuration as UTF-8",
    ],
    [
      "UTF-16",
      Buffer.from("\ufeffmode: fast", "utf16le"),
      "my.yaml this is not UTF-8; save the configuration as UTF-8",
    ],
  ])("%s", async (_, text, expected) => {
    expect((await refusal(read(text))).message).toBe(expected);
  });

  test("a file that is not there, by its name", async () => {
    await withTemporaryFolder(async (folder) => {
      const path = join(folder, "nope.yaml");
      const error = await refusal(readYamlFile(path, schema, options));
      expect(error.message).toBe(`nope.yaml there is no such configuration: ${path}`);
      expect(error.cause).toMatchObject({ code: "ENOENT" });
    });
  });

  test("a folder, and a pipe that nobody writes to", async () => {
    await withTemporaryFolder(async (folder) => {
      await mkdir(join(folder, "dir.yaml"));
      expect((await refusal(readYamlFile(join(folder, "dir.yaml"), schema, options))).message).toBe(
        "dir.yaml this is a folder; name the configuration in it",
      );
      expect(spawnSync("mkfifo", [join(folder, "pipe.yaml")]).status).toBe(0);
      expect((await refusal(readYamlFile(join(folder, "pipe.yaml"), schema, options))).message).toBe(
        "pipe.yaml this is no ordinary file; save the configuration as one",
      );
    });
  });

  test("what is longer than a mebibyte, and nothing shorter", async () => {
    const fitting = `mode: fast\n${"#".repeat(1024 * 1024 - 11)}`;
    expect(await read(fitting)).toEqual({ mode: "fast" });
    expect((await refusal(read(`${fitting}#`))).message).toBe(
      "my.yaml longer than the 1048576 bytes that a configuration may have; keep long parts, such as questions, in files of their own",
    );
  });

  test("tells fifty issues, and that there are more", async () => {
    const keys = Array.from({ length: 1000 }, (_, index) => `wrong-${index}: 1`);
    const lines = (await refusal(read(keys.join("\n")))).message.split("\n");
    expect(lines).toHaveLength(51);
    expect(lines.at(-1)).toBe("and more");
  });
});
