import {
  BenthamError,
  DEFAULT_HUMAN_BEHAVIOR,
  type HumanBehaviorConfig,
  type HumanBehaviorOptions,
  type MillisecondRange,
} from "@bentham/core";

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
  checkNumber("typing.minWPM", config.typing.minWPM, 1, 300);
  checkNumber("typing.maxWPM", config.typing.maxWPM, config.typing.minWPM, 300);
  checkNumber("typing.mistakeRate", config.typing.mistakeRate, 0, 1);
  checkNumber("typing.pauseProbability", config.typing.pauseProbability, 0, 1);
  checkRange("mouse.clickDelay", config.mouse.clickDelay);
  checkRange("timing.readingDelay", config.timing.readingDelay);
  checkRange("timing.navigationDelay", config.timing.navigationDelay);
  return config;
}

function defined<Part extends object>(part: Part | undefined): Partial<Part> {
  const members = Object.entries(part ?? {}).filter(([, value]) => value !== undefined);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- some of the members of a Part are a partial Part
  return Object.fromEntries(members) as Partial<Part>;
}

function checkNumber(name: string, value: number, min: number, max: number): void {
  if (value >= min && value <= max) return;
  throw new BenthamError("CONFIG_INVALID", `human.${name} must be from ${min} to ${max}, and is ${value}`);
}

function checkRange(name: string, [min, max]: MillisecondRange): void {
  if (min >= 0 && min <= max && max < Infinity) return;
  throw new BenthamError(
    "CONFIG_INVALID",
    `human.${name} must be two numbers of milliseconds, the lower one first, and is [${min}, ${max}]`,
  );
}
