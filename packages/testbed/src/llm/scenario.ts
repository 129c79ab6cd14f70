/** What a server does with an ask. JSON, so that it can be sent to a server in another process. */
export type Scenario =
  /** Answers; `text` replaces what would be said. Streams when the client asks for it. */
  | { readonly kind: "answer"; readonly delayMs?: number; readonly chunkDelayMs?: number; readonly text?: string }
  /** Refuses in the vendor's own form. */
  | { readonly kind: "refusal" }
  /** Says nothing, and that it is done. */
  | { readonly kind: "empty" }
  /** An error in the vendor's own form. */
  | {
      readonly kind: "error";
      readonly status: number;
      readonly code?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** 429, with this `Retry-After`, if any. */
  | { readonly kind: "rate-limit"; readonly retryAfter?: string }
  /** A body of this type and text, whatever the wire says. */
  | {
      readonly kind: "raw";
      readonly status?: number;
      readonly type: string;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Says nothing at all until the client goes, or after half of the answer. */
  | { readonly kind: "stall"; readonly after?: "half" }
  /** Resets the connection before the answer, or after half of it. */
  | { readonly kind: "cut"; readonly after?: "half" };

/** A scenario, and the asks it is for: an ask must match all that is said; the last rule that matches counts. */
export interface ScenarioRule {
  /** The ask with this number among all that the server got, from 1. */
  readonly nth?: number;
  /** Asks from this number on, up to the one `to`. */
  readonly from?: number;
  readonly to?: number;
  /** The ask with this number for its question, from 1. */
  readonly nthOfQuestion?: number;
  /** Asks whose question holds this text. */
  readonly question?: string;
  readonly scenario: Scenario;
}

/** What a server knows of an ask when it chooses. */
export interface AskFacts {
  readonly question: string;
  /** Its number among all, from 1. */
  readonly nth: number;
  /** Its number for its question, from 1. */
  readonly nthOfQuestion: number;
}

/** The scenario for an ask: an answer at once where no rule says otherwise. */
export function scenarioFor(rules: readonly ScenarioRule[], ask: AskFacts): Scenario {
  return rules.findLast((rule) => matches(rule, ask))?.scenario ?? { kind: "answer" };
}

function matches({ nth, from = 1, to = Infinity, nthOfQuestion, question }: ScenarioRule, ask: AskFacts): boolean {
  return (
    (nth === undefined || nth === ask.nth) &&
    ask.nth >= from &&
    ask.nth <= to &&
    (nthOfQuestion === undefined || nthOfQuestion === ask.nthOfQuestion) &&
    (question === undefined || ask.question.includes(question))
  );
}
