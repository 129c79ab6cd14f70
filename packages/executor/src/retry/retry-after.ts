/**
 * What a `Retry-After` header asks for (RFC 9110, section 10.2.3), in milliseconds from when the answer was sent: a
 * number of seconds, or a date, which is measured against the answer's own `Date` header so that a clock that is wrong
 * here does not matter. `retry-after-ms`, which OpenAI and Azure add, tells milliseconds. Of several values the longest
 * counts. Nothing for a header that is neither.
 *
 * @param now Milliseconds since the Unix epoch; for an answer without a `Date`.
 */
export function retryAfterOf(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const value = headers["retry-after"] ?? "";
  const sent = Date.parse(headers["date"] ?? "");
  const from = Number.isNaN(sent) ? now : sent;
  const waits = valuesOf(value).map((part) => waitOf(part, from));
  waits.push(numberIn(headers["retry-after-ms"] ?? ""));
  const known = waits.filter((wait) => wait !== undefined);
  return known.length === 0 ? undefined : Math.max(0, ...known);
}

/** Splits joined headers at commas, but not at the comma inside an HTTP date. */
function valuesOf(value: string): string[] {
  return value.split(/,(?!\s*\d{1,2}[ -][A-Za-z]{3})/);
}

function waitOf(value: string, from: number): number | undefined {
  const text = value.trim();
  const seconds = numberIn(text);
  if (seconds !== undefined) return Math.min(seconds * 1000, Number.MAX_SAFE_INTEGER);
  // Only what looks like an HTTP date: Date.parse reads far too much as one.
  if (!/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /.test(text)) return undefined;
  // Every HTTP date is in GMT; the oldest of the three forms does not say so.
  const date = Date.parse(text.endsWith("GMT") ? text : `${text} GMT`);
  return Number.isNaN(date) ? undefined : date - from;
}

function numberIn(text: string): number | undefined {
  const trimmed = text.trim();
  return /^\d+(\.\d+)?$/.test(trimmed) ? Math.min(Number(trimmed), Number.MAX_SAFE_INTEGER) : undefined;
}
