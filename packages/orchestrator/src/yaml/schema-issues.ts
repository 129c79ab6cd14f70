import { didYouMean, nearest } from "@bentham/core";
import type { z } from "zod";
import { type PathStep, pathText } from "./document-path.ts";
import { isReserved } from "./forbidden-keys.ts";
import { ENOUGH_ISSUES, type FileIssue } from "./invalid-file-error.ts";
import { everyKey, keysAt } from "./known-keys.ts";
import type { ParsedYaml } from "./parse-yaml.ts";

/** What the issues of a document are told with. */
export interface SchemaIssueContext {
  readonly file: string;
  readonly parsed: ParsedYaml;
  readonly schema: z.ZodType;
  /** See `ReadYamlOptions`. */
  readonly notYet: Readonly<Record<string, string>>;
}

/** The issues that a schema has with a document, each at its place. */
export function schemaIssues(issues: readonly z.core.$ZodIssue[], context: SchemaIssueContext): FileIssue[] {
  return issues.slice(0, ENOUGH_ISSUES).flatMap((issue) => toFileIssues(issue, context));
}

function toFileIssues(issue: z.core.$ZodIssue, context: SchemaIssueContext): FileIssue[] {
  const { file, parsed } = context;
  const path = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
  switch (issue.code) {
    case "invalid_union": {
      const branch = branchMeant(issue.errors);
      if (!branch) break;
      return schemaIssues(
        branch.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })),
        context,
      );
    }
    case "unrecognized_keys":
      return issue.keys
        .filter((key) => !isReserved(key)) // Reported wherever they stand.
        .slice(0, ENOUGH_ISSUES)
        .map((key) => unknownKey([...path, key], key, context));
    case "invalid_key": {
      const message = issue.issues.map((inner) => inner.message).join(", ");
      return [{ file, ...parsed.placeOfKey(path), path: pathText(path), message }];
    }
    default:
      break;
  }
  return [{ file, ...parsed.placeOf(path), path: pathText(path), message: issue.message }];
}

function unknownKey(path: readonly PathStep[], key: string, context: SchemaIssueContext): FileIssue {
  const { file, parsed, schema, notYet } = context;
  const parent = path.slice(0, -1);
  const known = keysAt(schema, parent);
  const issue = { file, ...parsed.placeOfKey(path), path: pathText(path) };
  const planned = own(notYet, pathPattern(path)) ?? own(notYet, pathPattern([...parent, "*"]));
  if (planned !== undefined) return { ...issue, message: "not supported yet", hint: planned };
  const hint = didYouMean(key, known) ?? elsewhere(key, schema) ?? `known here: ${known.join(", ")}`;
  return { ...issue, message: "unknown key", hint };
}

/** Where in the document a key belongs that stands in a wrong place. */
function elsewhere(key: string, schema: z.ZodType): string | undefined {
  const places = everyKey(schema);
  const match = nearest(key, places.keys());
  if (match === undefined) return undefined;
  const within = places.get(match);
  const place = within === undefined ? "at the top level" : `in "${within}"`;
  return match === key ? `it belongs ${place}` : `did you mean "${match}"? It belongs ${place}`;
}

/** Of the forms that a value may have, the one that it comes closest to; none when its very type is wrong. */
function branchMeant(branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | undefined {
  const best = branches.toSorted((one, other) => depthOf(other) - depthOf(one) || one.length - other.length)[0];
  return best && depthOf(best) > 0 ? best : undefined;
}

function depthOf(branch: readonly z.core.$ZodIssue[]): number {
  return branch.reduce((most, { path, code }) => Math.max(most, path.length + (code === "invalid_type" ? 0 : 1)), 0);
}

function pathPattern(path: readonly PathStep[]): string {
  return path.map((step) => (typeof step === "number" ? "[]" : step)).join(".");
}

function own(record: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
