import { canonicalJson, type Json, type PlannedSurface, type RunPlan } from "@bentham/core";
import { printable } from "../yaml/printable.ts";

/** Ids named in one line. */
const MOST_NAMED = 5;
/** Most characters shown of a value. */
const MOST_SHOWN = 80;

/** How one plan differs from another, in lines for people; none when both ask the same. Order is no difference. */
export function differenceOf(before: RunPlan, after: RunPlan): string[] {
  const surfaces = listsOf(before.surfaces, after.surfaces, ({ id }) => id);
  return [
    ...listLines(
      "queries",
      listsOf(before.queries, after.queries, ({ id }) => id, sameText),
    ),
    ...listLines("surfaces", surfaces),
    ...surfaces.kept.flatMap(([old, young]) => surfaceLines(old, young)),
    ...listLines(
      "locations",
      listsOf(before.locations, after.locations, (location) => location),
    ),
    ...valueLine("repeats", before.repeats, after.repeats),
    ...valueLine("gates", { ...before.gates }, { ...after.gates }),
    ...valueLine("human", toJson(before.human), toJson(after.human)),
  ].map(printable);
}

/** What became of the items of a list. */
interface ListDifference<Item> {
  readonly removed: readonly string[];
  readonly added: readonly string[];
  readonly changed: readonly string[];
  /** What stands in both, as it was and as it is. */
  readonly kept: readonly (readonly [before: Item, after: Item])[];
}

function listsOf<Item>(
  before: readonly Item[],
  after: readonly Item[],
  idOf: (item: Item) => string,
  isSame: (before: Item, after: Item) => boolean = () => true,
): ListDifference<Item> {
  const old = new Map(before.map((item) => [idOf(item), item]));
  const kept: [Item, Item][] = [];
  const added: string[] = [];
  for (const item of after) {
    const was = old.get(idOf(item));
    if (was === undefined) added.push(idOf(item));
    else kept.push([was, item]);
    old.delete(idOf(item));
  }
  const changed = kept.filter(([was, is]) => !isSame(was, is)).map(([, is]) => idOf(is));
  return { removed: [...old.keys()], added, changed, kept };
}

function sameText(before: RunPlan["queries"][number], after: RunPlan["queries"][number]): boolean {
  return before.text === after.text;
}

function listLines(what: string, { removed, added, changed }: ListDifference<unknown>): string[] {
  const kinds = { removed, added, changed };
  return Object.entries(kinds).flatMap(([kind, ids]) => {
    if (ids.length === 0) return [];
    const more = ids.length > MOST_NAMED ? ` and ${ids.length - MOST_NAMED} more` : "";
    return [`${what} ${kind}: ${ids.length} (${ids.slice(0, MOST_NAMED).join(", ")}${more})`];
  });
}

function surfaceLines(before: PlannedSurface, after: PlannedSurface): string[] {
  const [old, young] = [parametersOf(before), parametersOf(after)];
  const names = new Set([...Object.keys(old), ...Object.keys(young)]);
  return [...names].flatMap((name) => valueLine(`surface ${before.id}, ${name}`, old[name], young[name]));
}

function parametersOf({ settings, credentialPool, evidence, human }: PlannedSurface): {
  readonly [name: string]: Json | undefined;
} {
  return {
    ...settings,
    credential: credentialPool,
    evidence,
    ...(human === undefined ? {} : { human: toJson(human) }),
  };
}

function valueLine(what: string, before: Json | undefined, after: Json | undefined): string[] {
  const [old, young] = [before, after].map((value) => (value === undefined ? "none" : canonicalJson(value)));
  return old === young ? [] : [`${what}: ${excerpt(old)} -> ${excerpt(young)}`];
}

function excerpt(text = ""): string {
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN - 1)}…` : text;
}

/** A value that came from JSON, or goes there. */
function toJson(value: object | false): Json {
  return JSON.parse(JSON.stringify(value));
}
