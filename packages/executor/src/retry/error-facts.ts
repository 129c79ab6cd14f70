/** What of an error decides its class, read from any object without trusting it. */
export interface ErrorFacts {
  readonly error: unknown;
  readonly name: string;
  readonly message: string;
  readonly code: string;
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
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
    const errors = read(value, "errors");
    if (Array.isArray(errors)) for (const one of errors) visit(one, depth + 1);
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
    body: typeof body === "object" && body !== null ? toJson(body) : text(body),
    hasParsedBody: typeof body === "object" && body !== null,
  };
}

function headersOf(value: unknown): Record<string, string> {
  const headers: Record<string, string> = {};
  if (value instanceof Headers) {
    for (const [name, content] of value) headers[name] = content;
  } else if (typeof value === "object" && value !== null) {
    for (const name of Object.keys(value)) {
      const content = read(value, name);
      if (typeof content === "string") headers[name.toLowerCase()] = content;
    }
  }
  return headers;
}

/** Reads a property of anything; a getter that throws gives nothing. */
function read(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  try {
    return Reflect.get(value, key);
  } catch {
    return undefined; // A property that cannot be read tells nothing, and the classification must not fail by it.
  }
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function number(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function toJson(value: object): string {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    return ""; // Cyclic: no body that came over the wire is.
  }
}
