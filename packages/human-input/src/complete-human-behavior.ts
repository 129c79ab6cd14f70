import {
  BenthamError,
  DEFAULT_HUMAN_BEHAVIOR,
  didYouMean,
  type HumanBehaviorConfig,
  type HumanBehaviorOptions,
} from "@bentham/core";
import { LAYOUT_NAMES } from "./typing/keyboard-layout.ts";

/** Fastest typist that is imitated, in words a minute: records are a little over 200. */
const FASTEST = 300;

/** Longest delay that may be set, in milliseconds: an hour. */
const LONGEST_DELAY = 3_600_000;

/** A whole configuration: nothing in it is left to a default. */
export type WholeHumanBehavior = HumanBehaviorConfig &
  Readonly<Required<Pick<HumanBehaviorOptions, "speed" | "layout" | "readingMode" | "focusPatterns">>>;

/** All defaults, in one place. */
const DEFAULTS: WholeHumanBehavior = {
  ...DEFAULT_HUMAN_BEHAVIOR,
  speed: "human",
  layout: "us",
  readingMode: "skim",
  focusPatterns: false,
};

const PARTS = ["typing", "mouse", "timing"] as const;

/**
 * A whole configuration: what is left out, or undefined, keeps its default.
 *
 * @throws BenthamError CONFIG_INVALID naming the option, its value and its range.
 */
export function completeHumanBehavior(options: HumanBehaviorOptions = {}): WholeHumanBehavior {
  checkMembers("human", options, DEFAULTS);
  for (const part of PARTS) checkMembers(`human.${part}`, options[part] ?? {}, DEFAULTS[part]);
  const config: WholeHumanBehavior = {
    ...DEFAULTS,
    ...defined(options),
    typing: { ...DEFAULTS.typing, ...defined(options.typing) },
    mouse: { ...DEFAULTS.mouse, ...defined(options.mouse) },
    timing: { ...DEFAULTS.timing, ...defined(options.timing) },
  };
  const { typing, mouse, timing } = config;
  const own = options.typing ?? {};
  checkNumber("typing.minWPM", typing.minWPM, 1, FASTEST);
  const isOwn = own.maxWPM !== undefined;
  checkNumber("typing.maxWPM", typing.maxWPM, typing.minWPM, FASTEST, isOwn ? "" : ", its default: set it, too");
  checkNumber("typing.mistakeRate", typing.mistakeRate, 0, 1);
  checkNumber("typing.pauseProbability", typing.pauseProbability, 0, 1);
  checkName("mouse.movementStyle", mouse.movementStyle, "bezier");
  checkRange("mouse.clickDelay", mouse.clickDelay);
  checkRange("timing.readingDelay", timing.readingDelay);
  checkRange("timing.navigationDelay", timing.navigationDelay);
  checkName("timing.scrollBehavior", timing.scrollBehavior, "gradual");
  checkName("speed", config.speed, "human", "brisk", "off");
  checkName("layout", config.layout, ...LAYOUT_NAMES);
  checkName("readingMode", config.readingMode, "skim", "full");
  if (typeof config.focusPatterns !== "boolean") throw invalid("focusPatterns", config.focusPatterns, "true or false");
  return config;
}

function defined<Part extends object>(part: Part | undefined): Partial<Part> {
  const members = Object.entries(part ?? {}).filter(([, value]) => value !== undefined);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- some of the members of a Part are a partial Part
  return Object.fromEntries(members) as Partial<Part>;
}

// What a study's file says is of no type yet when it comes here.

function checkMembers(path: string, value: unknown, known: object): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new BenthamError("CONFIG_INVALID", `${path} must be an object, and is ${shownOf(value)}`);
  }
  const names = Object.keys(known);
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const hint = didYouMean(unknown, names) ?? `there are ${names.join(", ")}`;
  throw new BenthamError("CONFIG_INVALID", `${path}.${unknown} is no option: ${hint}`);
}

function checkNumber(name: string, value: unknown, min: number, max: number, more = ""): void {
  if (typeof value === "number" && value >= min && value <= max) return;
  throw invalid(name, value, `from ${min} to ${max}`, more);
}

function checkRange(name: string, range: unknown): void {
  const [min, max]: readonly unknown[] = Array.isArray(range) && range.length === 2 ? range : [];
  if (typeof min === "number" && typeof max === "number" && min >= 0 && min <= max && max <= LONGEST_DELAY) return;
  throw invalid(name, range, `two numbers of milliseconds from 0 to ${LONGEST_DELAY}, the lower one first`);
}

function checkName(name: string, value: string, ...known: readonly string[]): void {
  if (!known.includes(value)) throw invalid(name, value, known.map((one) => JSON.stringify(one)).join(" or "));
}

function invalid(name: string, value: unknown, range: string, more = ""): BenthamError {
  return new BenthamError("CONFIG_INVALID", `human.${name} must be ${range}, and is ${shownOf(value)}${more}`);
}

function shownOf(value: unknown): string {
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}
