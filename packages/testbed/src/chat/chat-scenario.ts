import { seededRandom } from "@bentham/core";

/** What the page shows as an answer's source. */
export interface ChatSource {
  readonly url: string;
  readonly title: string;
}

/** What a chat does with a question. Plain JSON. Durations are milliseconds. */
export type ChatScenario = ChatDeed & {
  /** Before the first byte. @default 0 */
  readonly delayMs?: number;
  /** Before each part of the text. @default 0 */
  readonly chunkDelayMs?: number;
  /** Stands in the answer's element until the answer begins. @default none */
  readonly statusText?: string;
  /** How long it stands there. @default 500 */
  readonly statusMs?: number;
};

type ChatDeed =
  | {
      readonly kind: "answer";
      /** Markdown. @default `chatAnswerTo` the question */
      readonly text?: string;
      /** What the whole text becomes half a second after its stream's end, before the action bar shows. @default none */
      readonly lateEdit?: string;
      readonly sources?: readonly ChatSource[];
    }
  /** Answers without a word. */
  | { readonly kind: "empty" }
  /** A word every 50 ms, without end. */
  | { readonly kind: "endless" }
  /** Half of the answer, then silence; a broken connection, without or with its turn; a page that never comes back. */
  | { readonly kind: "stall" | "cut" | "vanish" | "hang" }
  /** The question's own request fails. @default status 500 */
  | { readonly kind: "error"; readonly status?: number }
  /** 429, with `Retry-After: 120`. */
  | { readonly kind: "rate-limit" };

/**
 * What stands where the chat should: nothing of the like; a check for robots (403); a login; word that the account is
 * locked; a changed layout; or a login for who has not signed in, with whatever name and password.
 */
export type ChatDocument = "chat" | "challenge" | "login-wall" | "locked" | "no-composer" | "login";

/** A check for robots that a person passes with a click, once for each browser state. Plain JSON. */
export interface ChatChallenge {
  /** Where the browser keeps that it has passed. @default "cookie" */
  readonly keptIn?: "cookie" | "indexedDB";
  /** Visits before this one see the chat, counted from 1. @default 1 */
  readonly from?: number;
  /** Only browsers are checked that ask for this language first, such as `de`. @default every browser is */
  readonly language?: string;
  /** Only those are checked who have signed in by one of these names. @default everybody is */
  readonly accounts?: readonly string[];
}

/** A scenario, and the questions it is for: a question must match all that is said. */
export interface ChatRule {
  /** The question with this number among all, from 1. */
  readonly nth?: number;
  /** The ask with this number for its question, from 1. */
  readonly nthOfQuestion?: number;
  /** Questions that hold this text. */
  readonly question?: string;
  /** This share of the questions, from 0 to 1. */
  readonly share?: number;
  readonly scenario: ChatScenario;
}

/** What a chat knows of a question when it chooses. */
export interface ChatAskFacts {
  readonly question: string;
  readonly nth: number;
  readonly nthOfQuestion: number;
}

/** The scenario of the last rule that matches; an answer at once where none does. */
export function chatScenarioFor(rules: readonly ChatRule[], ask: ChatAskFacts): ChatScenario {
  const rule = rules.findLast(
    ({ nth = ask.nth, nthOfQuestion = ask.nthOfQuestion, question = "", share = 1 }) =>
      nth === ask.nth &&
      nthOfQuestion === ask.nthOfQuestion &&
      ask.question.includes(question) &&
      (share >= 1 || seededRandom(`${ask.nthOfQuestion} ${ask.question}`)() < share),
  );
  return rule?.scenario ?? { kind: "answer" };
}
