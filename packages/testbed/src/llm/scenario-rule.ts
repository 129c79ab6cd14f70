import { seededRandom } from "@bentham/core";
import type { Scenario } from "./scenario.ts";
import type { WireName } from "./wire.ts";

/** What a server knows of an ask when it chooses a scenario. */
export interface AskFacts {
  readonly question: string;
  readonly model: string;
  readonly wire: WireName;
  /** Its number among all, from 1. */
  readonly nth: number;
  /** Its number for its question, from 1. */
  readonly nthOfQuestion: number;
  /** Which of the server's keys it came with, from 0; undefined when the server has no keys. */
  readonly keyIndex: number | undefined;
}

/** A scenario, and the asks it is for: an ask must match all that is said. */
export interface ScenarioRule {
  /** The ask with this number among all that the server got, from 1. */
  readonly nth?: number;
  /** Asks from this number on. */
  readonly from?: number;
  /** Asks up to this number, it included. */
  readonly to?: number;
  /** The ask with this number for its question, from 1. */
  readonly nthOfQuestion?: number;
  /** Asks whose question holds this text. */
  readonly question?: string;
  readonly model?: string;
  readonly wire?: WireName;
  /** Asks with this one of the server's keys, from 0. */
  readonly keyIndex?: number;
  /** This share of the asks, from 0 to 1: the same ones whenever the same questions come as often, in any order. */
  readonly share?: number;
  readonly scenario: Scenario;
}

/** How a server chooses: by rules, the last that matches, or by a pure function. */
export type ScenarioChoice = readonly ScenarioRule[] | ((ask: AskFacts) => Scenario);

/** The scenario for an ask: an answer at once where no rule says otherwise. */
export function scenarioFor(choice: ScenarioChoice, ask: AskFacts): Scenario {
  if (typeof choice === "function") return choice(ask);
  return choice.findLast((rule) => matches(rule, ask))?.scenario ?? { kind: "answer" };
}

function matches(rule: ScenarioRule, ask: AskFacts): boolean {
  const { from = 1, to = Infinity, question, share } = rule;
  return (
    isOrAny(rule.nth, ask.nth) &&
    ask.nth >= from &&
    ask.nth <= to &&
    isOrAny(rule.nthOfQuestion, ask.nthOfQuestion) &&
    isOrAny(rule.model, ask.model) &&
    isOrAny(rule.wire, ask.wire) &&
    isOrAny(rule.keyIndex, ask.keyIndex) &&
    (question === undefined || ask.question.includes(question)) &&
    (share === undefined || seededRandom(`${ask.nthOfQuestion} ${ask.question}`)() < share)
  );
}

function isOrAny<Value>(wanted: Value | undefined, value: Value): boolean {
  return wanted === undefined || wanted === value;
}
