/** Longest refusal, in UTF-16 code units. A longer text has said something beside "no". */
const LONGEST_REFUSAL = 400;

/** What may come ahead of "I can't": a sigh, an apology, what the assistant is. */
const OPENING = [
  "(?:(?:hmm|oh|well)[,.…! ]+)?",
  "(?:(?:i'm (?:so |very |really )?sorry|i (?:sincerely )?apologi[sz]e|(?:my )?apologies|sorry|unfortunately|i'm afraid|regrettably)",
  "(?: about that| for the inconvenience| for any confusion)?[,.!:;]? ?(?:but |that )?)?",
  "(?:(?:as|i'm) (?:just |only )?an? (?:large |text-based )?(?:ai|language model)(?: language)?(?: model| assistant)?,? (?:so |and )?)?",
].join("");

const UNABLE = [
  "(?:i(?:'m| am) (?:currently |just )?(?:unable|not able|not allowed|not permitted|not going|not programmed) to",
  "|i (?:just |simply |really )?(?:can't|cannot|can not|won't|will not)",
  "|i (?:must|have to|need to) (?:respectfully )?(?:decline|refuse) to",
  "|i wasn't able to)",
].join("");

/** The question, as those who refuse it name it. */
const REQUEST =
  "(?:(?:that|this|your|the|such an?) (?:kind of |type of |specific |particular )?(?:request|question|prompt|query|topic|task|conversation)s?|that|this|it)";

/** That no more is said about what is refused: "I can't answer that", but not "I can't answer that with certainty". */
const END = "(?=[.!?;:,…]|$| (?:but|as|because|since|due|right now|at this time|at the moment|here|any further)\\b)";

/**
 * How refusals begin, in lower case and with straight apostrophes: the stock phrases of the vendors' assistants. Each must
 * say that the question itself is refused; one that only tells a limit ("I can't browse") may well be followed by an answer.
 */
const REFUSALS: readonly RegExp[] = [
  `${UNABLE} (?:help|assist)(?: you)?(?: out)? with\\b`,
  `${UNABLE} (?:help|assist)(?: you)?(?: there)?${END}`,
  `${UNABLE} (?:comply|proceed)(?: with ${REQUEST})?${END}`,
  `${UNABLE} (?:answer|discuss|do|support|process|complete|continue(?: with)?|fulfil|fulfill|accommodate|respond to|engage (?:in|with)|participate in|chat about|talk about) ${REQUEST}${END}`,
  `${UNABLE} (?:provide|give|offer|share)(?: you)?(?: with)? (?:any |detailed |specific )?(?:(?:instructions|guidance|assistance|help)\\b|(?:information|details) (?:on|about) how to\\b)`,
  `${UNABLE} (?:create|generate|write|produce|make|provide)(?: you)? (?:any |an? )?(?:content|images?|text|material|response|story|code) (?:that|which|of|depicting|promoting|involving)\\b`,
  `i (?:must|have to|need to|will have to) (?:respectfully )?(?:decline|refuse)(?: ${REQUEST})?${END}`,
  `i(?:'d| would)? (?:rather|prefer)(?: to)? not (?:to )?(?:continue|discuss|answer|talk about|engage in) ${REQUEST}${END}`,
  `(?:that|this)(?:'s| is) (?:not something i(?:'m able to| am able to| can| will)|something i (?:can't|cannot|won't)) (?:help|assist|do|discuss|answer|talk about|support)\\b`,
  `(?:that|this)(?:'s| is) (?:outside(?: of)? my capabilities|against my guidelines)\\b`,
  `(?:that|this|your) (?:request|prompt|question|content) (?:violates|may violate|goes against|was flagged)\\b[^.]*\\b(?:polic|guideline)`,
  `(?:i'm )?still learning how to answer (?:this|that|these|your) question`,
  `let's (?:try a different topic|talk about something else|change the topic)\\b`,
].map((beginning) => new RegExp(`^${OPENING}(?:${beginning})`));

/** What may come after "but" in a refusal: an offer. Anything else is an answer. */
const OFFER =
  "(?:i(?:'d|'m|'ll| would| am| will| can| could)\\b(?! (?:tell|say|confirm|note|recommend|suggest))|if\\b|feel free\\b|please\\b|let me\\b|you (?:can|may|could) (?:try|find|ask|contact|use|search))";

/** Signs that an answer follows all the same: "but it is …", a list, a table, code, a link. */
const SUBSTANCE = new RegExp(
  `\\b(?:but|however|though|although|yet|still|that said|instead),? (?!${OFFER}|i can't|i cannot|i won't|i will not|i must|i have to|i prefer|i wasn't)(?=\\w)|(?:^|\\n)\\s*(?:[-*•|]|\\d+[.)])\\s|\`\`\`|https?://`,
);

/**
 * Whether `text` is a refusal and no answer: a short English text that begins with a phrase assistants refuse with, and
 * shows no sign of an answer after it. It would rather miss a refusal than call an answer one.
 */
export function isRefusal(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed.length > LONGEST_REFUSAL) return false;
  const plain = trimmed
    .toLowerCase()
    .replaceAll(/[\u2018\u2019\u02bc]/g, "'")
    .replace(/^[\s*_#>"“]+/, "");
  if (SUBSTANCE.test(plain)) return false;
  const line = plain.replaceAll(/\s+/g, " ");
  return REFUSALS.some((refusal) => refusal.test(line));
}
