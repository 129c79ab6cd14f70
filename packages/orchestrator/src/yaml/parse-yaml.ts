import { type Document, isAlias, isMap, isNode, isScalar, LineCounter, type Node, parseDocument, visit } from "yaml";
import type { FileIssue } from "./invalid-file-error.ts";

/** Deepest nesting of a file; ten would do for ours. */
const DEEPEST = 50;

/** A step from a document's root to one of its nodes. */
export type PathStep = string | number;

/** A YAML document that knows where its parts stand. */
export interface ParsedYaml {
  readonly value: unknown;
  /** The place of the value at `path`, or of what is nearest to it; with `key`, of that key in it. */
  place(path: readonly PathStep[], key?: string): { readonly line: number; readonly column: number };
}

/** Parses one YAML document of plain data: no anchors, no tags, no merge keys. Gives issues instead of throwing. */
export function parseYaml(text: string, file: string): ParsedYaml | readonly FileIssue[] {
  const tooDeep = tooDeepAt(text);
  if (tooDeep !== undefined) return [{ file, line: tooDeep, message: `nested more than ${DEEPEST} deep` }];
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, merge: false });
  const at = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    return faults.map(({ message, pos, code }) => ({ file, ...at(pos[0]), message: wordsOf(code, message) }));
  }
  const issues: FileIssue[] = [];
  visit(document, {
    Alias(_key, alias) {
      issues.push({ file, ...at(alias.range?.[0] ?? 0), message: "aliases are not supported: write the value out" });
    },
    Pair(_key, { key }) {
      if (!isScalar(key) || typeof key.value !== "string") return;
      if (!["__proto__", "constructor", "prototype"].includes(key.value)) return;
      issues.push({ file, ...at(key.range?.[0] ?? 0), path: key.value, message: "unknown key: remove it" });
    },
  });
  if (issues.length > 0) return issues;
  return {
    value: document.toJS({ maxAliasCount: 0 }),
    place: (path, key) => at(offsetOf(document, path, key)),
  };
}

function offsetOf(document: Document, path: readonly PathStep[], key?: string): number {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (!isNode(node) || isAlias(node)) continue;
    if (length < path.length) return keyOffset(node, String(path[length])) ?? startOf(node);
    return (key === undefined ? undefined : keyOffset(node, key)) ?? startOf(node);
  }
  return 0;
}

function keyOffset(node: Node, key: string): number | undefined {
  if (!isMap(node)) return undefined;
  const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
  return isNode(pair?.key) ? startOf(pair.key) : undefined;
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

/** The line on which a text nests too deep to be parsed safely, judged by brackets and by `- - -`. */
function tooDeepAt(text: string): number | undefined {
  let line = 1;
  let depth = 0;
  let dashes = 0;
  for (const character of text) {
    if (character === "\n") [line, dashes] = [line + 1, 0];
    else if (character === "[" || character === "{") depth += 1;
    else if (character === "]" || character === "}") depth = Math.max(0, depth - 1);
    else if (character === "-" || character === "?") dashes += 1;
    else if (character !== " " && character !== "\t") dashes = 0;
    if (depth > DEEPEST || (dashes > DEEPEST && isCompactNesting(text, line))) return line;
  }
  return undefined;
}

/** Whether a line is a run of `- - -`, and not of `-----`. */
function isCompactNesting(text: string, line: number): boolean {
  return /^\s*(?:[-?]\s+){20}/.test(text.split("\n", line).at(-1) ?? "");
}

function wordsOf(code: string, message: string): string {
  switch (code) {
    case "DUPLICATE_KEY":
      return "the same key stands here twice: remove one";
    case "MULTIPLE_DOCS":
      return "a file holds one document: remove the `---`";
    case "TAG_RESOLVE_FAILED":
      return `tags are not supported: ${message}`;
    case "TAB_AS_INDENT":
      return "a tab indents here: use spaces";
    default:
      return message;
  }
}
