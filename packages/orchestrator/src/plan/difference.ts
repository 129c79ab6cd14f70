import { canonicalJson, type RunPlan } from "@bentham/core";

/** Ids named in one line. */
const MOST_NAMED = 5;

/** How one plan differs from another, a line for each kind of difference; none when they ask the same. */
export function differenceOf(before: RunPlan, after: RunPlan): string[] {
  return [
    ...listDifference("queries", before.queries, after.queries, ({ id }) => id),
    ...listDifference("surfaces", before.surfaces, after.surfaces, ({ id }) => id),
    ...surfaceDifferences(before, after),
    ...listDifference("locations", before.locations, after.locations, (location) => location),
    ...valueDifference("repeats", before.repeats, after.repeats),
    ...valueDifference("gates", before.gates, after.gates),
  ];
}

function listDifference<Item>(
  what: string,
  before: readonly Item[],
  after: readonly Item[],
  idOf: (item: Item) => string,
): string[] {
  const [old, young] = [byId(before, idOf), byId(after, idOf)];
  const removed = [...old.keys()].filter((id) => !young.has(id));
  const added = [...young.keys()].filter((id) => !old.has(id));
  const changed =
    what === "queries"
      ? [...young].filter(([id, item]) => old.has(id) && textOf(old.get(id)) !== textOf(item)).map(([id]) => id)
      : [];
  const same = added.length === 0 && removed.length === 0 && changed.length === 0;
  const moved = same && textOf([...old.keys()]) !== textOf([...young.keys()]);
  return [
    ...named(`${what} removed`, removed),
    ...named(`${what} added`, added),
    ...named(`${what} changed`, changed),
    ...(moved ? [`${what}: in another order`] : []),
  ];
}

function surfaceDifferences(before: RunPlan, after: RunPlan): string[] {
  const old = byId(before.surfaces, ({ id }) => id);
  return after.surfaces.flatMap((surface) => {
    const was = old.get(surface.id);
    if (!was) return [];
    const [earlier, later] = [flat(was), flat(surface)];
    const keys = new Set([...earlier.keys(), ...later.keys()]);
    return [...keys].flatMap((key) =>
      valueDifference(`surface ${surface.id}, ${key}`, earlier.get(key) ?? "none", later.get(key) ?? "none"),
    );
  });
}

function flat({ settings, credentialPool, evidence }: RunPlan["surfaces"][number]): Map<string, unknown> {
  return new Map<string, unknown>(Object.entries({ ...settings, credential: credentialPool, evidence }));
}

function valueDifference(what: string, before: unknown, after: unknown): string[] {
  const [old, young] = [textOf(before), textOf(after)];
  return old === young ? [] : [`${what}: ${old} -> ${young}`];
}

function named(what: string, ids: readonly string[]): string[] {
  if (ids.length === 0) return [];
  const more = ids.length > MOST_NAMED ? `, and ${ids.length - MOST_NAMED} more` : "";
  return [`${what}: ${ids.slice(0, MOST_NAMED).join(", ")}${more}`];
}

function byId<Item>(items: readonly Item[], idOf: (item: Item) => string): Map<string, Item> {
  return new Map(items.map((item) => [idOf(item), item]));
}

function textOf(value: unknown): string {
  return canonicalJson(JSON.parse(JSON.stringify(value)));
}
