import { type Document, isMap, isScalar, isSeq, type Node } from "yaml";
import type { PathStep } from "./document-path.ts";

/** Keys that no file may hold, wherever they stand, and why. */
const RESERVED: ReadonlyMap<string, { readonly message: string; readonly hint: string }> = new Map([
  ["__proto__", { message: "unknown key", hint: "remove it" }],
  ["constructor", { message: "unknown key", hint: "remove it" }],
  ["prototype", { message: "unknown key", hint: "remove it" }],
  ["<<", { message: "merge keys are not supported", hint: "write the keys out" }],
]);

/** Whether a key is refused wherever it stands. */
export function isReserved(key: string): boolean {
  return RESERVED.has(key);
}

/** A key that may not stand where it does. */
export interface KeyFault {
  readonly path: readonly PathStep[];
  /** Where the key starts, in UTF-16 code units. */
  readonly offset: number;
  /** Where the same key stands before, if that is what is wrong. */
  readonly sameAs?: number;
  readonly message: string;
  readonly hint: string;
}

/**
 * Finds keys that are refused wherever they stand, and keys that stand twice in one mapping. The parser's own check for
 * the latter compares every pair of keys, which takes minutes for a mapping of a megabyte.
 */
export function forbiddenKeys(document: Document): KeyFault[] {
  const faults: KeyFault[] = [];
  const walk = (node: unknown, path: readonly PathStep[]): void => {
    if (isSeq(node)) for (const [index, item] of node.items.entries()) walk(item, [...path, index]);
    if (!isMap(node)) return;
    const offsets = new Map<string, number>();
    for (const { key, value } of node.items) {
      if (!isScalar(key)) continue; // The parser has reported it.
      const name = String(key.value);
      const offset = startOf(key);
      const at = [...path, name];
      const sameAs = offsets.get(name);
      const reserved = RESERVED.get(name);
      if (reserved) faults.push({ path: at, offset, ...reserved });
      else if (sameAs === undefined) offsets.set(name, offset);
      else faults.push({ path: at, offset, sameAs, message: "the same key stands here twice", hint: "remove one" });
      walk(value, at);
    }
  };
  walk(document.contents, []);
  return faults;
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}
