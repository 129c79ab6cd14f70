import { isIP } from "node:net";
import { BenthamError, type Clock, type Fetch, startTimer } from "@bentham/core";
import type { Observed } from "./health/proxy-health.ts";

/** How long an echo may take, in milliseconds. */
const PATIENCE = 10_000;

/** Longest answer of an echo, in characters. */
const LONGEST_ANSWER = 10_000;

/** Names under which services that tell an address's country tell it. */
const COUNTRY_KEYS: readonly string[] = ["country", "countryCode", "country_code", "country_iso", "loc"];
const ADDRESS_KEYS: readonly string[] = ["ip", "address", "query", "origin", "ip_address"];

/**
 * Asks a service which address it is asked from: it answers with the address as plain text, with lines as `ip=…` and
 * `loc=…`, or with a JSON object that names it.
 *
 * @param fetch The way that is looked at.
 * @throws BenthamError MALFORMED_RESPONSE when no address is in the answer, UPSTREAM_ERROR when it is no success, or what
 *   the way fails with.
 */
export async function observe(fetch: Fetch, url: string, clock: Clock): Promise<Observed> {
  const { host } = new URL(url);
  const controller = new AbortController();
  const stop = startTimer(clock, PATIENCE, () => {
    controller.abort(new BenthamError("TIMEOUT", `the echo at ${host} did not answer within ${PATIENCE} ms`));
  });
  try {
    const response = await fetch(url, {
      signal: controller.signal,
      headers: { accept: "application/json, text/plain" },
    });
    const text = await beginningOf(response);
    if (response.ok) return observedIn(text, host, clock.now());
    throw new BenthamError("UPSTREAM_ERROR", `the echo at ${host} answered with status ${response.status}`);
  } finally {
    stop();
  }
}

async function beginningOf({ body }: Response): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const bytes of body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    if (text.length > LONGEST_ANSWER) break;
  }
  return text.trim();
}

function observedIn(text: string, host: string, at: number): Observed {
  const fields = fieldsOf(text);
  const address = isIP(text) === 0 ? firstOf(ADDRESS_KEYS, fields) : text;
  if (address === undefined || isIP(address) === 0) {
    throw new BenthamError("MALFORMED_RESPONSE", `the echo at ${host} told no address`);
  }
  const country = firstOf(COUNTRY_KEYS, fields)?.toUpperCase();
  return { address, ...(country !== undefined && /^[A-Z]{2}$/.test(country) ? { country } : {}), at };
}

/** The members of a JSON object, or the lines `name=value` of a text. */
function fieldsOf(text: string): ReadonlyMap<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    return new Map(typeof parsed === "object" && parsed !== null ? Object.entries(parsed) : []);
  } catch {
    const lines = text.split("\n").map((line) => line.trim().split("=", 2));
    return new Map(lines.map(([name = "", value = ""]) => [name, value]));
  }
}

function firstOf(keys: readonly string[], fields: ReadonlyMap<string, unknown>): string | undefined {
  return keys.map((key) => fields.get(key)).find((value) => typeof value === "string");
}
