import {
  BenthamError,
  DEFAULT_HUMAN_BEHAVIOR,
  type HumanBehaviorConfig,
  type HumanBehaviorOptions,
  type MillisecondRange,
} from "@bentham/core";
import { LAYOUT_NAMES } from "./typing/keyboard-layout.ts";

/** Fastest typist that is imitated, in words a minute: records are a little over 200. */
const FASTEST = 300;

/**
 * A whole configuration: what is left out, or undefined, keeps its default.
 *
 * @throws BenthamError CONFIG_INVALID naming the option, its value and its range.
 */
export function completeHumanBehavior(options: HumanBehaviorOptions = {}): HumanBehaviorConfig {
  const { typing, mouse, timing } = DEFAULT_HUMAN_BEHAVIOR;
  const config: HumanBehaviorConfig = {
    typing: { ...typing, ...defined(options.typing) },
    mouse: { ...mouse, ...defined(options.mouse) },
    timing: { ...timing, ...defined(options.timing) },
  };
  checkNumber("typing.minWPM", config.typing.minWPM, 1, FASTEST);
  checkNumber("typing.maxWPM", config.typing.maxWPM, config.typing.minWPM, FASTEST);
  checkNumber("typing.mistakeRate", config.typing.mistakeRate, 0, 1);
  checkNumber("typing.pauseProbability", config.typing.pauseProbability, 0, 1);
  checkName("mouse.movementStyle", config.mouse.movementStyle, "bezier");
  checkRange("mouse.clickDelay", config.mouse.clickDelay);
  checkRange("timing.readingDelay", config.timing.readingDelay);
  checkRange("timing.navigationDelay", config.timing.navigationDelay);
  checkName("timing.scrollBehavior", config.timing.scrollBehavior, "gradual");
  checkName("speed", options.speed ?? "human", "human", "brisk", "off");
  checkName("layout", options.layout ?? "us", ...LAYOUT_NAMES);
  checkName("readingMode", options.readingMode ?? "skim", "skim", "full");
  const { focusPatterns = false } = options;
  if (typeof focusPatterns !== "boolean") throw invalid("focusPatterns", focusPatterns, "true or false");
  return config;
}

function defined<Part extends object>(part: Part | undefined): Partial<Part> {
  const members = Object.entries(part ?? {}).filter(([, value]) => value !== undefined);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- some of the members of a Part are a partial Part
  return Object.fromEntries(members) as Partial<Part>;
}

// What a study's file says is of no type yet when it comes here.

function checkNumber(name: string, value: unknown, min: number, max: number): void {
  if (typeof value === "number" && value >= min && value <= max) return;
  throw invalid(name, value, `from ${min} to ${max}`);
}

function checkRange(name: string, range: MillisecondRange): void {
  const [min, max]: readonly unknown[] = Array.isArray(range) && range.length === 2 ? range : [];
  if (typeof min === "number" && typeof max === "number" && min >= 0 && min <= max && max < Infinity) return;
  throw invalid(name, range, "two numbers of milliseconds from 0 up, the lower one first");
}

function checkName(name: string, value: string, ...known: readonly string[]): void {
  if (!known.includes(value)) throw invalid(name, value, known.map((one) => JSON.stringify(one)).join(" or "));
}

function invalid(name: string, value: unknown, range: string): BenthamError {
  const shown = typeof value === "number" ? String(value) : JSON.stringify(value);
  return new BenthamError("CONFIG_INVALID", `human.${name} must be ${range}, and is ${shown}`);
}
