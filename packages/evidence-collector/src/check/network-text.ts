import type { ExchangeReading, Json } from "@bentham/core";
import type { Exchange } from "../exchange/exchange.ts";
import { comparableText } from "./comparable-text.ts";
import { jsonValuesIn } from "./json-values.ts";
import type { TextRecord } from "./three-way-check.ts";

/** Most bytes of a body that is looked through for a text when nobody says where it stands. */
const MOST_SEARCHED = 2_000_000;

/** How deep JSON is looked through; no surface nests its answers deeper, and a hostile one could nest without end. */
const DEEPEST = 100;

/**
 * The answer's text as the exchanges have it: read where the reading says it stands; else looked for, as it may stand in
 * one piece, or in pieces under one name in the events of a stream.
 */
export function networkText(exchanges: readonly Exchange[], result: string, reading: ExchangeReading): TextRecord {
  const asking = askingOf(exchanges, reading.path);
  const { textIn } = reading;
  return textIn ? textRead(asking, textIn) : textFound(asking, result);
}

/** An exchange that asks, and which one of all it is, from 1. */
interface Asking {
  readonly exchange: Exchange;
  readonly number: number;
}

function askingOf(exchanges: readonly Exchange[], path: string | undefined): Asking[] {
  return exchanges
    .map((exchange, index) => ({ exchange, number: index + 1 }))
    .filter(({ exchange: { request, response } }) => {
      const isAnswered = response !== undefined && (response.status < 300 || response.status > 399);
      return isAnswered && (path === undefined || URL.parse(request.url)?.pathname.includes(path) === true);
    })
    .toReversed();
}

function textRead(asking: readonly Asking[], textIn: (value: Json) => string | undefined): TextRecord {
  const last = asking[0];
  if (!last) return { reason: "no request that asks was recorded" };
  const { exchange, number } = last;
  const values = jsonValuesIn(exchange);
  if (values.length === 0) return { reason: `exchange ${number} holds no JSON that could be read` };
  const pieces = values.map((value) => textIn(value)).filter((piece) => piece !== undefined);
  if (pieces.length === 0) return { reason: `exchange ${number} holds no text where the surface's should be` };
  return { source: `exchange ${number}`, text: pieces.join("") };
}

function textFound(asking: readonly Asking[], result: string): TextRecord {
  const { characters } = comparableText(result);
  if (characters === "") return { reason: "the answer has no word that could be looked for" };
  for (const { exchange, number } of asking) {
    if ((exchange.response?.body.bytes?.length ?? 0) > MOST_SEARCHED) continue;
    for (const text of textsUnderOneName(jsonValuesIn(exchange))) {
      // What stands about it is not known to be the answer's: what was found is the answer, no less and no more.
      if (comparableText(text).characters.includes(characters)) return { source: `exchange ${number}`, text: result };
    }
  }
  return { reason: "it stands in no exchange in one piece, and the surface does not say how its answers are read" };
}

/** All strings that stand under the same names, one after the other; items of lists are told apart by none. */
function textsUnderOneName(values: readonly Json[]): Iterable<string> {
  const texts = new Map<string, string>();
  const gather = (value: Json | undefined, name: string, depth: number): void => {
    if (typeof value === "string") texts.set(name, (texts.get(name) ?? "") + value);
    if (value === null || typeof value !== "object" || depth === DEEPEST) return;
    for (const [key, member] of Object.entries(value)) {
      gather(member, Array.isArray(value) ? name : `${name}/${key}`, depth + 1);
    }
  };
  for (const value of values) gather(value, "", 0);
  return texts.values();
}
