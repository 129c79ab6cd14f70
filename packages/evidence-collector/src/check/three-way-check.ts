import type { CheckState, Json } from "@bentham/core";
import { type ComparableText, comparableText, NORMALISATION } from "./comparable-text.ts";

/** Characters that are shown of each text before and after the place where they part. */
const SHOWN_BEFORE = 40;
const SHOWN_AFTER = 80;

/** Another record of the answer's text, or why there is none. */
export type TextRecord =
  | {
      /** Where it stands: an exchange, an element. */
      readonly source: string;
      readonly text: string;
    }
  | { readonly reason: string };

/** How a record compares with the text of the result. */
type Comparison =
  | { readonly state: "equal"; readonly source: string; readonly isExact: boolean }
  | {
      readonly state: "different";
      readonly source: string;
      /** Where they part, in characters of the normalised texts. */
      readonly at: number;
      /** What the result has there, and what the record has. */
      readonly result: string;
      readonly record: string;
    }
  | { readonly state: "not-available"; readonly reason: string };

/** Whether the text in the network record, on the page, and in the result are one. */
export interface ThreeWayCheck {
  readonly network: Comparison;
  readonly page: Comparison;
}

/** Compares what was answered with the two other records of it. */
export function threeWayCheck(result: string, network: TextRecord, page: TextRecord): ThreeWayCheck {
  const comparable = comparableText(result);
  return { network: compare(result, comparable, network), page: compare(result, comparable, page) };
}

/** The states alone. */
export function statesOf({ network, page }: ThreeWayCheck): { network: CheckState; page: CheckState } {
  return { network: network.state, page: page.state };
}

/** As the statement has it. */
export function checkAsJson({ network, page }: ThreeWayCheck): Json {
  return { normalisation: NORMALISATION, network: { ...network }, page: { ...page } };
}

function compare(result: string, ours: ComparableText, record: TextRecord): Comparison {
  if ("reason" in record) return { state: "not-available", reason: record.reason };
  const { source, text } = record;
  if (text === result) return { state: "equal", source, isExact: true };
  const theirs = comparableText(text);
  if (theirs.characters === ours.characters) return { state: "equal", source, isExact: false };
  const at = firstDifference(ours.characters, theirs.characters);
  return { state: "different", source, at, result: excerpt(ours, at), record: excerpt(theirs, at) };
}

function firstDifference(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return at;
}

function excerpt({ readable, places }: ComparableText, at: number): string {
  const place = places[at] ?? readable.length;
  return readable.slice(Math.max(0, place - SHOWN_BEFORE), place + SHOWN_AFTER);
}
