import type { SurfaceSettings } from "../job.ts";

/** What a surface bills, as the operator states it. What is not stated costs nothing. */
export interface SurfacePrice {
  /** US dollars for a million tokens of the question. */
  readonly inputPerMillion?: number;
  /** US dollars for a million tokens of the answer. */
  readonly outputPerMillion?: number;
  /** US dollars for each question, whatever its length. */
  readonly perCall?: number;
}

/** What an answer was billed for, as far as its surface tells. */
export interface Usage {
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
}

/**
 * Money is counted in whole billionths of a US dollar: the price of one token of the cheapest models is some ten of them,
 * and sums of whole numbers stay exact up to nine million dollars.
 */
export const NANOS_PER_USD = 1_000_000_000;

/** Tokens that a vendor may add around a question to mark who speaks. */
const MARKING_TOKENS = 64;

/**
 * The most that one question can cost, in billionths of a US dollar: a text has no more tokens than bytes in UTF-8, since
 * every tokenizer of the field falls back to bytes, and an answer no more than `maxOutputTokens`. Infinity where answers
 * have a price, and no most length.
 */
export function highestCost(query: string, settings: SurfaceSettings, price: SurfacePrice): number {
  const { inputPerMillion = 0, outputPerMillion = 0, perCall = 0 } = price;
  const encoder = new TextEncoder();
  const bytes = encoder.encode(query).length + encoder.encode(settings.system ?? "").length;
  const output = outputPerMillion === 0 ? 0 : outputPerMillion * (settings.maxOutputTokens ?? Infinity);
  return toNanos(perCall + (inputPerMillion * (bytes + MARKING_TOKENS) + output) / 1_000_000);
}

/** What `asks` questions have cost, in billionths of a US dollar; nothing where the surface does not tell enough. */
export function costOf(usage: Usage, asks: number, price: SurfacePrice): number | undefined {
  const { inputPerMillion = 0, outputPerMillion = 0, perCall = 0 } = price;
  const input = inputPerMillion === 0 ? 0 : usage.inputTokens;
  const output = outputPerMillion === 0 ? 0 : usage.outputTokens;
  if (input === undefined || output === undefined) return undefined;
  return toNanos(asks * perCall + (inputPerMillion * input + outputPerMillion * output) / 1_000_000);
}

function toNanos(usd: number): number {
  return Math.ceil(usd * NANOS_PER_USD);
}
