import { isDeepStrictEqual } from "node:util";
import { ODD_FORMS } from "./odd-text.ts";
import type { Scenario } from "./scenario.ts";
import type { ScenarioRule } from "./scenario-rule.ts";
import { WIRES } from "./wire.ts";

/** What a member of a rule or a scenario may be: of a type, or one of some words. */
type Shape = "number" | "string" | "texts" | "retryAfter" | readonly string[];

const RULE: Readonly<Record<Exclude<keyof ScenarioRule, "scenario">, Shape>> = {
  nth: "number",
  from: "number",
  to: "number",
  nthOfQuestion: "number",
  question: "string",
  model: "string",
  wire: WIRES,
  keyIndex: "number",
  share: "number",
};

/** The members of each kind of scenario; a name with `!` has to be there. */
const SCENARIOS: Readonly<Record<Scenario["kind"], Readonly<Record<string, Shape>>>> = {
  answer: { text: "string", finish: ["stop", "length", "content-filter"], chunkDelayMs: "number" },
  refusal: {},
  empty: {},
  "odd-text": { "form!": ODD_FORMS },
  huge: { "megabytes!": "number" },
  "gzip-bomb": { "megabytes!": "number" },
  endless: { chunkDelayMs: "number" },
  error: { "status!": "number", code: "string", message: "string", headers: "texts" },
  "rate-limit": { retryAfter: "retryAfter" },
  quota: {},
  region: {},
  challenge: {},
  malformed: { "form!": ["json", "shape", "nothing", "html"] },
  raw: { status: "number", "type!": "string", "body!": "string", headers: "texts" },
  stall: { after: ["head", "half"] },
  cut: { after: ["half"], how: ["reset", "close"] },
  short: {},
};

/**
 * Tells that a value is rules, so that one with a slip of the pen is not taken for one that never matches.
 *
 * @throws TypeError naming what is wrong.
 */
export function checkRules(value: unknown): asserts value is readonly ScenarioRule[] {
  if (!Array.isArray(value)) throw new TypeError("scenarios are a list of rules");
  value.forEach((rule: unknown, index) => {
    const place = `rule ${index + 1}`;
    if (!isRecord(rule)) throw new TypeError(`${place} is no object`);
    const { scenario, ...condition } = rule;
    checkMembers(condition, RULE, place);
    if (!isRecord(scenario)) throw new TypeError(`${place} has no scenario`);
    const { kind, delayMs, ...members } = scenario;
    const shapes = Object.entries(SCENARIOS).find(([name]) => name === kind)?.[1];
    if (!shapes) throw new TypeError(`${place}: there is no scenario of the kind ${JSON.stringify(kind)}`);
    if (delayMs !== undefined) checkMember(delayMs, "number", `${place}, delayMs`);
    checkMembers(members, shapes, `${place}, ${String(kind)}`);
  });
}

function checkMembers(members: Record<string, unknown>, shapes: Readonly<Record<string, Shape>>, place: string): void {
  for (const [name, value] of Object.entries(members)) {
    const [, shape] = Object.entries(shapes).find(([known]) => known === name || known === `${name}!`) ?? [];
    if (shape === undefined) throw new TypeError(`${place} has no member "${name}"`);
    if (value !== undefined) checkMember(value, shape, `${place}, ${name}`);
  }
  const missing = Object.keys(shapes).find((name) => name.endsWith("!") && members[name.slice(0, -1)] === undefined);
  if (missing !== undefined) throw new TypeError(`${place} wants "${missing.slice(0, -1)}"`);
}

function checkMember(value: unknown, shape: Shape, place: string): void {
  if (!fits(value, shape)) throw new TypeError(`${place} cannot be ${JSON.stringify(value)}`);
}

function fits(value: unknown, shape: Shape): boolean {
  switch (shape) {
    case "number":
      return typeof value === "number" && value >= 0;
    case "string":
      return typeof value === "string";
    case "texts":
      return isRecord(value) && Object.values(value).every((text) => typeof text === "string");
    case "retryAfter":
      return (Array.isArray(value) ? value : [value]).every(isRetryAfter);
    default:
      return shape.some((word) => word === value);
  }
}

function isRetryAfter(value: unknown): boolean {
  if (typeof value === "string") return true;
  return isRecord(value) && typeof value["inMs"] === "number" && isDeepStrictEqual(Object.keys(value), ["inMs"]);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
