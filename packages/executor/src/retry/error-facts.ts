import { isBenthamError } from "@bentham/core";

/** What of an error decides its class, read from any object without trusting it. */
export interface ErrorFacts {
  readonly error: unknown;
  readonly name: string;
  readonly message: string;
  readonly code: string;
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** How long a Bentham error says to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** The body of the answer, as text. */
  readonly body: string;
  /** Whether the body was given as an object: the AI SDK does so where it could not read a 200. */
  readonly hasParsedBody: boolean;
}

/** How far causes are followed. */
const DEEPEST = 5;
/** How many errors are looked at, whatever their shape. */
const MOST = 50;

/** The error, what it wraps, and what that wraps, outermost first. Total: any value, also one that loops. */
export function factsOf(error: unknown): ErrorFacts[] {
  const facts: ErrorFacts[] = [];
  const seen = new Set<unknown>();
  const visit = (value: unknown, depth: number): void => {
    if (value === undefined || value === null || depth > DEEPEST || facts.length >= MOST || seen.has(value)) return;
    seen.add(value);
    facts.push(factsOfOne(value));
    for (const key of ["lastError", "cause", "error"]) visit(read(value, key), depth + 1);
    for (const one of listOf(read(value, "errors"))) visit(one, depth + 1);
  };
  visit(error, 0);
  return facts;
}

function factsOfOne(value: unknown): ErrorFacts {
  const body = read(value, "responseBody");
  return {
    error: value,
    name: text(read(value, "name")),
    message: typeof value === "string" ? value : text(read(value, "message")),
    code: text(read(value, "code")),
    status: number(read(value, "statusCode")) ?? number(read(value, "status")),
    headers: headersOf(read(value, "responseHeaders") ?? read(value, "headers")),
    retryAfterMs: isBenthamError(value) ? number(read(value, "retryAfterMs")) : undefined,
    body: typeof body === "object" && body !== null ? toJson(body) : text(body),
    hasParsedBody: typeof body === "object" && body !== null,
  };
}

function headersOf(value: unknown): Record<string, string> {
  const headers: Record<string, string> = {};
  if (typeof value !== "object" || value === null) return headers;
  const entries = readable(() => (value instanceof Headers ? [...value] : Object.entries(value)), []);
  for (const [name, content] of entries) if (typeof content === "string") headers[name.toLowerCase()] = content;
  return headers;
}

/** The first items of a list, where it is one. */
function listOf(value: unknown): unknown[] {
  return readable(() => (Array.isArray(value) ? value.slice(0, MOST) : []), []);
}

/** Reads a property of anything. */
function read(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return readable(() => Reflect.get(value, key), undefined);
}

/** What can be read; a getter or a proxy that throws tells nothing, and the classification must not fail by it. */
function readable<Value>(reading: () => Value, otherwise: Value): Value {
  try {
    return reading();
  } catch {
    return otherwise;
  }
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function number(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** The body as text; one that is cyclic did not come over the wire. */
function toJson(value: object): string {
  return readable(() => JSON.stringify(value) ?? "", "");
}
