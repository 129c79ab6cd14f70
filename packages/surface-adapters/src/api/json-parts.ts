/** The member of `value` at the end of `path`; undefined where there is none. For JSON that somebody else wrote. */
export function memberOf(value: unknown, ...path: readonly string[]): unknown {
  let member = value;
  for (const key of path) {
    if (typeof member !== "object" || member === null || !Object.hasOwn(member, key)) return undefined;
    member = Reflect.get(member, key);
  }
  return member;
}

/** The items of `value`; none when it is no list. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** `value`, when it is a text. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** `value`, when it is a whole number from 0. */
export function positionOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
