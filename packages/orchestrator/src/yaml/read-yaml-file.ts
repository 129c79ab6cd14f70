import { basename } from "node:path";
import type { z } from "zod";
import { type PathStep, pathText } from "./document-path.ts";
import { type FileIssue, InvalidFileError } from "./invalid-file-error.ts";
import { issueWords } from "./issue-words.ts";
import { parseYaml } from "./parse-yaml.ts";
import { type FileKind, readYamlText } from "./read-yaml-text.ts";
import { schemaIssues } from "./schema-issues.ts";

/** What is read, and how its errors are told. */
export interface ReadYamlOptions extends FileKind {
  /**
   * Keys that are planned, but not honoured yet, by their path, with what to do instead. An item of a list is `[]`, as in
   * `surfaces.[].human`; `gates.*` stands for every unknown key of `gates`. @default none
   */
  readonly notYet?: Readonly<Record<string, string>>;
}

/** A file that could be read, and what is wrong with it. */
export interface InspectedYaml<Value> {
  /** What stands in the file, whatever it should be. */
  readonly raw: unknown;
  /** The same, when it is of its schema. */
  readonly value?: Value;
  readonly issues: readonly FileIssue[];
  /** An issue found by other means, at the place of a value, or of its key. */
  readonly issue: (path: readonly PathStep[], message: string, options?: IssueOptions) => FileIssue;
}

/** More about an issue. */
export interface IssueOptions {
  /** What to do about it. */
  readonly hint?: string | undefined;
  /** Whether it is about the key rather than its value. @default false */
  readonly atKey?: boolean;
}

/**
 * Reads a YAML file and holds it against `schema`, without refusing it yet: there may be more to find.
 *
 * @throws InvalidFileError when it cannot be read as YAML at all.
 */
export async function inspectYamlFile<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  options: ReadYamlOptions,
): Promise<InspectedYaml<z.output<Schema>>> {
  const file = basename(path);
  const parsed = parseYaml(await readYamlText(path, file, options), file);
  if (!("value" in parsed)) throw new InvalidFileError(options.code, parsed);
  const raw = parsed.value ?? {}; // An empty file lacks everything that a mapping without keys does.
  const result = schema.safeParse(raw, { error: issueWords, reportInput: true });
  const context = { file, parsed, schema, notYet: options.notYet ?? {} };
  return {
    raw,
    ...(result.success ? { value: result.data } : {}),
    issues: [...parsed.issues, ...schemaIssues(result.error?.issues ?? [], context)],
    issue: (at, message, { hint, atKey = false } = {}) => ({
      file,
      ...(atKey ? parsed.placeOfKey(at) : parsed.placeOf(at)),
      path: pathText(at),
      message,
      ...(hint === undefined ? {} : { hint }),
    }),
  };
}

/**
 * Reads a YAML file that must be of `schema`.
 *
 * @throws InvalidFileError with every issue there is, each with its line and column.
 */
export async function readYamlFile<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  options: ReadYamlOptions,
): Promise<z.output<Schema>> {
  const { value, issues } = await inspectYamlFile(path, schema, options);
  if (value === undefined || issues.length > 0) throw new InvalidFileError(options.code, issues);
  return value;
}
