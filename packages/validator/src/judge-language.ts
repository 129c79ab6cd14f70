import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type * as Tables from "eld/extrasmall";

/** Fewest bytes of letters, in UTF-8, that a language is told from: 20 Latin letters, or 7 Chinese characters. */
const FEWEST_BYTES = 20;

/** How much likelier than the best fitting language another must be to say that the text is in that one. */
const CLEARLY = 1.25;

/** What cannot be told by its letters: addresses, and code between fences. */
const NO_LANGUAGE = /```[^]*?(?:```|$)|\bhttps?:\/\/\S+/g;

/** What is found of a text's language. */
export type FoundLanguage = "fitting" | "undecided" | { readonly other: string };

/**
 * Whether `text` is in one of `languages` (ISO 639-1). It would rather not decide than call a language wrong: texts that
 * are short, mixed, or in doubt between two languages are undecided.
 */
export function judgeLanguage(text: string, languages: readonly string[]): FoundLanguage {
  const words = text.replaceAll(NO_LANGUAGE, " ");
  if (Buffer.byteLength(words.replaceAll(/\P{L}+/gu, "")) < FEWEST_BYTES) return "undecided";
  const found = detector().detect(words);
  if (languages.includes(found.language)) return "fitting";
  if (found.language === "" || !found.isReliable()) return "undecided";
  const scores = new Map(Object.entries(found.getScores()));
  const best = Math.max(...languages.map((language) => scores.get(language) ?? 0));
  return (scores.get(found.language) ?? 0) >= CLEARLY * best ? { other: found.language } : "undecided";
}

type Eld = (typeof Tables)["eld"];

let loaded: Eld | undefined;

/** The detector's tables take 30 MB, and a quarter of a second to load: only who has the gate pays for them. */
function detector(): Eld {
  if (loaded) return loaded;
  // By its file: the package names itself to `import` alone, and a verdict waits for nothing.
  const file = fileURLToPath(import.meta.resolve("eld/extrasmall"));
  const { eld }: typeof Tables = createRequire(import.meta.url)(file);
  loaded = eld;
  return eld;
}
