import { quoted } from "./printable.ts";

/** A step from a document's root to one of its nodes: a key of a mapping, or an index of a list. */
export type PathStep = string | number;

/** A path as people write it: `surfaces[0].model`; keys that are no plain words stand in brackets and quotes. */
export function pathText(path: readonly PathStep[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    if (!/^[\w-]{1,64}$/.test(step)) return `${text}[${quoted(step)}]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}
