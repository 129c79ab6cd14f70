import { z } from "zod";
import type { PathStep } from "./document-path.ts";

/** The keys that a schema knows at a path; none where any key may stand. */
export function keysAt(schema: unknown, path: readonly PathStep[]): string[] {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodUnion) return inner.options.flatMap((option) => keysAt(option, path));
  const [step, ...rest] = path;
  if (inner instanceof z.ZodObject) {
    if (step === undefined) return Object.keys(inner.shape);
    return Object.hasOwn(inner.shape, step) ? keysAt(inner.shape[step], rest) : [];
  }
  if (step !== undefined && inner instanceof z.ZodArray) return keysAt(inner.element, rest);
  if (step !== undefined && inner instanceof z.ZodRecord) return keysAt(inner.valueType, rest);
  return [];
}

/** Every key that a schema knows, and in which key of the document it stands; at the top level where that is absent. */
export function everyKey(schema: unknown, within?: string): Map<string, string | undefined> {
  const inner = unwrapped(schema);
  const keys = new Map<string, string | undefined>();
  const add = (part: unknown, place: string | undefined): void => {
    for (const [key, where] of everyKey(part, place)) if (!keys.has(key)) keys.set(key, where);
  };
  if (inner instanceof z.ZodUnion) for (const option of inner.options) add(option, within);
  if (inner instanceof z.ZodArray) add(inner.element, within);
  if (inner instanceof z.ZodRecord) add(inner.valueType, within);
  if (inner instanceof z.ZodObject) {
    for (const key of Object.keys(inner.shape)) keys.set(key, within);
    for (const [key, part] of Object.entries(inner.shape)) add(part, within ?? key);
  }
  return keys;
}

function unwrapped(schema: unknown): unknown {
  const isWrapped =
    schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional || schema instanceof z.ZodDefault;
  return isWrapped ? unwrapped(schema.unwrap()) : schema;
}
