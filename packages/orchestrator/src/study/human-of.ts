import type { HumanBehaviorOptions } from "@bentham/core";
import type { StudyFile } from "./study-schema.ts";

/** How a file says what input is like: in one word, or part by part. */
type HumanOfFile = StudyFile["human"];

/**
 * How input on a surface's pages is timed and shaped: as the surface says, and where it says nothing as the study does.
 * `off` and `false` are the same.
 */
export function humanOf(study: HumanOfFile, surface?: HumanOfFile): HumanBehaviorOptions | false {
  const [whole, own] = [optionsOf(study), surface === undefined ? {} : optionsOf(surface)];
  if (own === false) return false;
  if (whole === false) return surface === undefined ? false : own;
  const merged = {
    ...whole,
    ...own,
    ...partOf("typing", whole, own),
    ...partOf("mouse", whole, own),
    ...partOf("timing", whole, own),
  };
  return merged.speed === "off" ? false : merged;
}

function optionsOf(human: HumanOfFile): HumanBehaviorOptions | false {
  if (human === false || human === "off") return false;
  return typeof human === "string" ? { speed: human } : human;
}

function partOf(
  name: "typing" | "mouse" | "timing",
  whole: HumanBehaviorOptions,
  own: HumanBehaviorOptions,
): HumanBehaviorOptions {
  if (!whole[name] && !own[name]) return {};
  return { [name]: { ...whole[name], ...own[name] } };
}
