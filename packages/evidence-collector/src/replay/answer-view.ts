import type { Json } from "@bentham/core";
import type { ReadBag } from "./read-bag.ts";

/**
 * A bag's question and answer as a page: what a viewer of web archives can show of an API's answer, which has none. Texts are
 * shown as texts, whatever they hold.
 */
export function answerView({ statement, answer, sha256 }: ReadBag): Buffer {
  const error = memberOf(statement["error"], "code");
  const text = answer?.["text"] ?? answer?.["partialText"] ?? "";
  const facts: readonly (readonly [string, Json | undefined])[] = [
    ["Surface", memberOf(statement["job"], "surfaceId")],
    ["Location", memberOf(statement["job"], "locationId")],
    ["Model", answer?.["model"]],
    ["Ended", statement["endedAt"]],
    ["Outcome", statement["outcome"]],
    ["Error", error],
    ["Bag", sha256],
  ];
  const rows = facts.flatMap(([name, value]) =>
    typeof value === "string" && value !== "" ? [`<dt>${name}</dt><dd>${escaped(value)}</dd>`] : [],
  );
  const citations = listOf(answer?.["citations"]).flatMap((citation) => {
    const url = memberOf(citation, "url");
    return typeof url === "string" ? [`<li>${escaped(url)}</li>`] : [];
  });
  return Buffer.from(`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(questionOf(statement))}</title>
<style>body{font:16px/1.5 sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem}pre{white-space:pre-wrap;font:inherit}
dl{display:grid;grid-template-columns:max-content 1fr;gap:0 1rem;color:#555;font-size:14px}dd{margin:0;overflow-wrap:anywhere}</style>
</head><body>
<h1>${escaped(questionOf(statement))}</h1>
<pre id="answer">${escaped(typeof text === "string" ? text : "")}</pre>
${citations.length > 0 ? `<ol>${citations.join("")}</ol>` : ""}
<dl>${rows.join("")}</dl>
</body></html>
`);
}

/** The question of a bag. */
export function questionOf(statement: ReadBag["statement"]): string {
  const { query } = statement;
  return typeof query === "string" ? query : "";
}

function memberOf(value: Json | undefined, name: string): Json | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const member: Json | undefined = Reflect.get(value, name);
  return member;
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? "");
}
