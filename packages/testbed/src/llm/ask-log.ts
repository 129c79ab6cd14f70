import type { AskFacts } from "./scenario-rule.ts";
import type { Scenario } from "./scenario.ts";

/** One question that reached a server. */
export interface RecordedAsk extends AskFacts {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** What was to be done with it; `unauthorized` when its key was not accepted. */
  readonly scenario: Scenario["kind"] | "unauthorized";
  /** `open` while it is being answered, `done` when all of the scenario was done, `gone` when the client left before. */
  readonly outcome: "open" | "done" | "gone";
}

/** A question of a log, with what became of it. */
type Logged<Facts> = Facts & Pick<RecordedAsk, "outcome">;

/** Every question that reached a server, in order. */
export class AskLog<Facts extends { readonly question: string; readonly nthOfQuestion: number }> {
  readonly asks: Logged<Facts>[] = [];
  readonly #counts = new Map<string, number>();
  #inFlight = 0;
  #mostInFlight = 0;

  get inFlight(): number {
    return this.#inFlight;
  }

  get mostInFlight(): number {
    return this.#mostInFlight;
  }

  asksOf(question: string): number {
    return this.#counts.get(question) ?? 0;
  }

  /** Counts an ask, and gives what ends it. */
  begin(ask: Facts): (outcome: RecordedAsk["outcome"]) => void {
    const { asks } = this;
    const place = asks.push({ ...ask, outcome: "open" }) - 1;
    this.#counts.set(ask.question, ask.nthOfQuestion);
    this.#mostInFlight = Math.max(this.#mostInFlight, ++this.#inFlight);
    return (outcome) => {
      this.#inFlight -= 1;
      asks[place] = { ...ask, outcome };
    };
  }
}
