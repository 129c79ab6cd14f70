import type { ListedFile } from "../group-bags.ts";

/** A page of a list of objects. */
export interface ObjectPage {
  readonly objects: readonly ListedFile[];
  /** What the next page is asked for by; undefined on the last one. */
  readonly next: string | undefined;
}

/**
 * Reads an answer to ListObjectsV2 with `encoding-type=url`. Its format is fixed: no attributes that matter, no mixed
 * content, and keys that are percent-encoded.
 */
export function readPage(xml: string): ObjectPage | undefined {
  const [list] = elementsIn(xml, "ListBucketResult");
  if (list === undefined) return undefined;
  const objects = elementsIn(list, "Contents").map((entry) => ({
    path: decoded(elementsIn(entry, "Key")[0] ?? ""),
    bytes: Number(elementsIn(entry, "Size")[0]),
    changedAt: Date.parse(elementsIn(entry, "LastModified")[0] ?? ""),
  }));
  const [next] = elementsIn(list, "NextContinuationToken");
  return { objects, next: next === undefined ? undefined : unescaped(next) };
}

/** The code of an error of S3; undefined where there is none, or what stands there is no name. */
export function codeIn(xml: string): string | undefined {
  const [code = ""] = elementsIn(xml, "Code");
  return /^[A-Za-z0-9]{1,60}$/.test(code) ? code : undefined;
}

/** The text of an answer. Rejects when it is longer than `most` bytes, or breaks off. */
export async function readText(answer: Response, most: number): Promise<string> {
  const decoder = new TextDecoder();
  let [text, bytes] = ["", 0];
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.length;
    if (bytes > most) throw new Error(`the answer is longer than ${most} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text;
}

function elementsIn(xml: string, name: string): string[] {
  return Array.from(
    xml.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>([^]*?)</${name}>`, "g")),
    ([, inner = ""]) => inner,
  );
}

/** A key, percent-encoded with `+` for a space as forms have it, which S3 does, too. */
function decoded(key: string): string {
  try {
    return decodeURIComponent(unescaped(key).replaceAll("+", " "));
  } catch {
    return unescaped(key); // A store that did not encode it.
  }
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replaceAll(/&(amp|lt|gt|quot|apos);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}
