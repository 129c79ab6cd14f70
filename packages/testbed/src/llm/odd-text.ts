import { answerTo } from "./answer-to.ts";

/** The kinds of text that break readers, stores and screens. */
export const ODD_FORMS = ["nul", "lone-surrogate", "rtl-override", "split-emoji", "bom", "invalid-utf8"] as const;

/** A kind of odd text. */
export type OddForm = (typeof ODD_FORMS)[number];

const ODD: Readonly<Record<OddForm, string>> = {
  nul: "before\u0000after",
  "lone-surrogate": "high \ud83d and low \udc69 apart",
  "rtl-override": "invoice\u202Efdp.exe\u202C",
  "split-emoji": "family: \u{1F469}\u200D\u{1F469}\u200D\u{1F467}\u200D\u{1F466}",
  bom: "\uFEFFwords after a byte order mark",
  // On the wire a byte that no UTF-8 has, FF; this is what a reader that replaces such bytes makes of it.
  "invalid-utf8": "a byte that is no UTF-8: \uFFFD",
};

/**
 * What the `odd-text` scenario answers: the odd text, then {@link answerTo}.
 *
 * The body is odd, too: `split-emoji` comes in pieces of five bytes, which tear characters apart, and one code point a
 * delta when it is streamed; `bom` begins with a byte order mark; `invalid-utf8` has the byte FF for U+FFFD.
 */
export function oddAnswerTo(question: string, form: OddForm): string {
  return `${ODD[form]}\n\n${answerTo(question)}`;
}
