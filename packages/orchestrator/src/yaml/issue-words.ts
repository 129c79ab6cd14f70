import { didYouMean } from "@bentham/core";
import type { z } from "zod";
import { quoted } from "./printable.ts";

/** What a type is called in a message. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ["string", "text"],
  ["number", "a number"],
  ["int", "a whole number"],
  ["boolean", "true or false"],
  ["array", "a list"],
  ["object", "a mapping of keys to values"],
  ["record", "a mapping of keys to values"],
]);

/** Says what is wrong with a value: what was expected, what stands there, and how to put it right. Shows no text of it. */
export function issueWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return mismatch(nameOf(issue.expected), issue.input, issue.expected === "string");
    case "invalid_union":
      return mismatch(unionName(issue.errors), issue.input, false);
    case "invalid_value":
      return choice(issue.values.map(String), issue.input);
    case "too_small":
      return `expected ${issue.inclusive ? "at least" : "more than"} ${amount(issue, issue.minimum)}`;
    case "too_big":
      return `expected ${issue.inclusive ? "at most" : "less than"} ${amount(issue, issue.maximum)}`;
    case "invalid_format":
      return issue.format === "url" ? "expected a URL" : undefined;
    default:
      return undefined;
  }
}

function mismatch(expected: string, input: unknown, isText: boolean): string {
  if (input === undefined) return `missing: expected ${expected}`;
  if (input === null) return `there is no value: expected ${expected}`;
  if (typeof input === "number" && !Number.isFinite(input)) return `expected ${expected}, received no finite one`;
  const remedy = isText && (typeof input === "number" || typeof input === "boolean") ? ": put it in quotes" : "";
  return `expected ${expected}, received ${receivedName(input)}${remedy}`;
}

function choice(values: readonly string[], input: unknown): string {
  const list = values.map((value) => `"${value}"`).join(", ");
  const expected = values.length === 1 ? list : `one of ${list}`;
  if (typeof input !== "string") return mismatch(expected, input, false);
  const hint = values.length === 1 ? undefined : didYouMean(input, values);
  return `expected ${expected}, received ${quoted(input)}${hint === undefined ? "" : `; ${hint}`}`;
}

/** A bound, and what stands there instead. */
function amount({ origin, input }: { readonly origin: string; readonly input?: unknown }, bound: unknown): string {
  switch (origin) {
    case "string":
      return `${String(bound)} characters, received ${typeof input === "string" ? input.length : "none"}`;
    case "array":
      return `${String(bound)} in the list, received ${Array.isArray(input) ? input.length : "none"}`;
    default:
      return `${String(bound)}, received ${String(input)}`;
  }
}

function unionName(branches: readonly (readonly z.core.$ZodIssue[])[]): string {
  const names = branches.flat().flatMap((issue) => (issue.code === "invalid_type" ? nameOf(issue.expected) : []));
  return names.length === 0 ? "another value" : [...new Set(names)].join(", or ");
}

function nameOf(type: string): string {
  return TYPES.get(type) ?? type;
}

function receivedName(input: unknown): string {
  if (Array.isArray(input)) return "a list";
  switch (typeof input) {
    case "string":
      return "text";
    case "number":
      return `the number ${input}`;
    case "boolean":
      return String(input);
    default:
      return "a mapping";
  }
}
