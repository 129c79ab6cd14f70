import { open } from "node:fs/promises";
import { basename } from "node:path";
import type { ErrorCode } from "@bentham/core";
import { z } from "zod";
import { type FileIssue, InvalidFileError } from "./invalid-file-error.ts";
import { didYouMean } from "./nearest.ts";
import { type ParsedYaml, parseYaml, type PathStep } from "./parse-yaml.ts";

/** Longest file that is read, in bytes. Questions in large numbers belong in a file of their own. */
const LONGEST = 1024 * 1024;

/** What is read, and how its errors are told. */
export interface ReadYamlOptions {
  /** `study`, say: for messages. */
  readonly what: string;
  readonly code: ErrorCode;
  /** Keys of the design that this version does not honour, by their path, with what to do instead. */
  readonly notYet?: Readonly<Record<string, string>>;
}

/** A file that was read, and where in it its parts stand. */
export interface ReadYaml<Value> {
  readonly value: Value;
  /** The error for an issue found later, at its place. */
  issue(path: readonly PathStep[], message: string): FileIssue;
}

/**
 * Reads a YAML file that must be of `schema`.
 *
 * @throws InvalidFileError with every issue there is, each with its line and column.
 */
export async function readYaml<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  options: ReadYamlOptions,
): Promise<ReadYaml<z.output<Schema>>> {
  const file = basename(path);
  const fail = (issues: readonly FileIssue[]): never => {
    throw new InvalidFileError(options.code, issues);
  };
  const text = await readText(path, file, options);
  const parsed = parseYaml(text, file);
  if (!("place" in parsed)) return fail(parsed);
  const result = schema.safeParse(parsed.value ?? {});
  if (!result.success) {
    return fail(result.error.issues.flatMap((issue) => toIssues(issue, { file, parsed, schema, options })));
  }
  return {
    value: result.data,
    issue: (at, message) => ({ file, ...parsed.place(at), path: pathText(at), message }),
  };
}

/** {@link readYaml}, for those who have no questions about places later. */
export async function readYamlFile<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  options: ReadYamlOptions,
): Promise<z.output<Schema>> {
  return (await readYaml(path, schema, options)).value;
}

async function readText(path: string, file: string, { what, code }: ReadYamlOptions): Promise<string> {
  const fail = (message: string, cause?: unknown): never => {
    throw new InvalidFileError(code, [{ file, message }], { cause });
  };
  try {
    await using handle = await open(path, "r");
    const { size } = await handle.stat();
    if (size > LONGEST) {
      return fail(
        `the ${what} is ${size} bytes long, and at most ${LONGEST} are read: put questions in a file of their own`,
      );
    }
    return new TextDecoder("utf-8", { fatal: true }).decode(await handle.readFile());
  } catch (error) {
    if (error instanceof InvalidFileError) throw error;
    const reason = error instanceof Error && "code" in error ? error.code : undefined;
    if (reason === "ENOENT") return fail(`there is no such ${what}: ${path}`, error);
    if (reason === "EISDIR") return fail(`this is a folder: name the ${what} in it`, error);
    if (reason === "ERR_ENCODING_INVALID_ENCODED_DATA")
      return fail(`the ${what} is not UTF-8: save it as UTF-8`, error);
    return fail(`the ${what} cannot be read: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

interface IssueContext {
  readonly file: string;
  readonly parsed: ParsedYaml;
  readonly schema: z.ZodType;
  readonly options: ReadYamlOptions;
}

function toIssues(issue: z.core.$ZodIssue, context: IssueContext): FileIssue[] {
  const { file, parsed, schema, options } = context;
  const path = stepsOf(issue.path);
  if (issue.code === "invalid_union") {
    // The branch that got furthest is the one that was meant.
    const branches = issue.errors.filter((branch) => branch.length > 0);
    const best = branches.toSorted((one, other) => depthOf(other) - depthOf(one) || one.length - other.length)[0];
    if (best && depthOf(best) > 0) {
      return best.flatMap((inner) => toIssues({ ...inner, path: [...issue.path, ...inner.path] }, context));
    }
  }
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const notYet = options.notYet?.[[...path, key].join(".")];
      const known = keysAt(schema, path);
      const list = known.length > 0 ? `; known are ${known.join(", ")}` : "";
      const message = notYet ?? `unknown key "${key}"${didYouMean(key, known) || list}`;
      return { file, ...parsed.place(path, key), path: pathText([...path, key]), message };
    });
  }
  return [{ file, ...parsed.place(path), path: pathText(path), message: lowerFirst(issue.message) }];
}

function depthOf(branch: readonly z.core.$ZodIssue[]): number {
  return Math.max(...branch.map(({ path, code }) => path.length + (code === "unrecognized_keys" ? 1 : 0)));
}

function stepsOf(path: readonly PropertyKey[]): PathStep[] {
  return path.map((step) => (typeof step === "number" ? step : String(step)));
}

/** The keys that a schema knows at a path. */
function keysAt(schema: unknown, path: readonly PathStep[]): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return keysAt(schema.unwrap(), path);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => keysAt(option, path));
  const [step, ...rest] = path;
  if (schema instanceof z.ZodObject) {
    return step === undefined ? Object.keys(schema.shape) : keysAt(schema.shape[String(step)], rest);
  }
  if (step !== undefined && schema instanceof z.ZodArray) return keysAt(schema.element, rest);
  if (step !== undefined && schema instanceof z.ZodRecord) return keysAt(schema.valueType, rest);
  return [];
}

function pathText(path: readonly PathStep[]): string {
  return path.reduce<string>(
    (text, step) => (typeof step === "number" ? `${text}[${step}]` : text === "" ? step : `${text}.${step}`),
    "",
  );
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
