import type { Header } from "../exchange/exchange.ts";

/** How a body is written, as far as its places for secrets are known. */
export type MediaType = "html" | "form" | "json" | "other";

/** What headers say of a body. Event streams and lists of lines hold JSON, too. */
export function mediaTypeOf(headers: readonly Header[]): MediaType {
  const type = headers.find(([name]) => name.toLowerCase() === "content-type")?.[1]?.toLowerCase() ?? "";
  if (type.startsWith("application/x-www-form-urlencoded")) return "form";
  if (type.startsWith("text/html") || type.startsWith("application/xhtml+xml")) return "html";
  // A page's own requests often name no type, or a plain one, for JSON.
  return /\b(?:json|ndjson)\b|^text\/event-stream|^text\/plain|^$/.test(type) ? "json" : "other";
}
