import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLError,
} from "yaml";
import { type PathStep, pathText } from "./document-path.ts";
import { forbiddenKeys } from "./forbidden-keys.ts";
import { forbiddenTokens } from "./forbidden-tokens.ts";
import { ENOUGH_ISSUES, type FileIssue } from "./invalid-file-error.ts";

/** Where something stands in a file, from 1. */
interface Place {
  readonly line: number;
  readonly column: number;
}

/** A YAML document of plain data that knows where its parts stand. */
export interface ParsedYaml {
  readonly value: unknown;
  /** What is wrong with its keys, whatever they are expected to be. */
  readonly issues: readonly FileIssue[];
  /** Where the value at `path` stands, or what is nearest to it. */
  placeOf(path: readonly PathStep[]): Place;
  /** Where the key stands that is the last step of `path`. */
  placeOfKey(path: readonly PathStep[]): Place;
}

/**
 * Parses one YAML document of plain data: no aliases, tags, directives or merge keys. Gives the issues of a text that
 * cannot be read at all.
 *
 * @param file Its name, for issues.
 */
export function parseYaml(text: string, file: string): ParsedYaml | readonly FileIssue[] {
  const tokens = forbiddenTokens(text);
  if (tokens.length > 0) {
    const lines = lineCounterOf(text);
    return tokens.map(({ offset, ...words }) => ({ file, ...placeAt(lines, offset), ...words }));
  }
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    uniqueKeys: false, // See forbiddenKeys.
    merge: false,
  });
  const faults = [...document.errors, ...document.warnings].slice(0, ENOUGH_ISSUES);
  if (faults.length > 0) return faults.map((fault) => ({ file, ...placeAt(lines, fault.pos[0]), ...wordsOf(fault) }));
  return {
    value: document.toJS({ maxAliasCount: 0 }),
    issues: forbiddenKeys(document)
      .slice(0, ENOUGH_ISSUES)
      .map(({ path, offset, sameAs, message, hint }) => ({
        file,
        ...placeAt(lines, offset),
        path: pathText(path),
        message: sameAs === undefined ? message : `${message}, first in line ${placeAt(lines, sameAs).line}`,
        hint,
      })),
    placeOf: (path) => placeAt(lines, offsetOf(document, path)),
    placeOfKey: (path) => placeAt(lines, keyOffset(document, path) ?? offsetOf(document, path)),
  };
}

function offsetOf(document: Document, path: readonly PathStep[]): number {
  const node = nodeAt(document, path);
  const key = keyOffset(document, path);
  // A value that is left out has no place of its own.
  const isLeftOut = isScalar(node) && node.value === null && node.source === "" && key !== undefined;
  if (node && !isLeftOut) return startOf(node);
  return key ?? (path.length === 0 ? 0 : offsetOf(document, path.slice(0, -1)));
}

function keyOffset(document: Document, path: readonly PathStep[]): number | undefined {
  const key = path.length === 0 ? undefined : pairIn(nodeAt(document, path.slice(0, -1)), path.at(-1))?.key;
  return isNode(key) ? startOf(key) : undefined;
}

function nodeAt(document: Document, path: readonly PathStep[]): Node | undefined {
  let node: unknown = document.contents;
  for (const step of path) node = isSeq(node) ? node.items[Number(step)] : pairIn(node, step)?.value;
  return isNode(node) ? node : undefined;
}

/** The pair with a key. Of several, the last one: it is the one that counts. */
function pairIn(node: unknown, key: PathStep | undefined): Pair | undefined {
  return isMap(node) ? node.items.findLast((pair) => isScalar(pair.key) && pair.key.value === key) : undefined;
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

function placeAt(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function lineCounterOf(text: string): LineCounter {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) lines.addNewLine(end + 1);
  return lines;
}

function wordsOf({ code, message }: YAMLError): { readonly message: string; readonly hint?: string } {
  switch (code) {
    case "MULTIPLE_DOCS":
      return { message: "a file holds one document", hint: "remove the `---` and what follows it" };
    case "TAB_AS_INDENT":
      return { message: "a tab indents here", hint: "use spaces" };
    case "NON_STRING_KEY":
      return { message: "a key must be plain text", hint: "write `key: value`" };
    case "BLOCK_AS_IMPLICIT_KEY":
      return {
        message: "there is a second `:` here, or this line stands too far right",
        hint: "put text that holds `: ` in quotes, or indent the line as its neighbours",
      };
    case "BAD_INDENT":
      if (!message.startsWith("Flow")) break;
      return { message: `a bracket is not closed: there should be a ${message.at(-1)} before this` };
    case "BAD_SCALAR_START":
      return { message: lowerFirst(message), hint: "put the text in quotes" };
    case "RESOURCE_EXHAUSTION":
      return { message: "nested too deep" };
    default:
      break;
  }
  return { message: lowerFirst(message) };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
