import type { Json } from "./canonical-json.ts";

/**
 * The values in `json` that a JSON pointer (RFC 6901) leads to. `*` in it stands for every item or member there, so that
 * there may be several; there are none where it leads nowhere.
 */
export function valuesAt(json: Json | undefined, pointer: string): Json[] {
  const names = pointer.split("/").slice(1);
  let values: Json[] = json === undefined ? [] : [json];
  for (const name of names) {
    const key = name.replaceAll("~1", "/").replaceAll("~0", "~");
    values = values.flatMap((value) => membersOf(value, key));
  }
  return values;
}

/** Whether `pointer` can be followed: empty, or begun by a slash. */
export function isJsonPointer(pointer: string): boolean {
  return /^(?:\/(?:[^~/]|~[01])*)*$/.test(pointer);
}

function membersOf(value: Json, key: string): Json[] {
  if (value === null || typeof value !== "object") return [];
  const members = Object.entries(value).flatMap(([name, member]) => {
    return member !== undefined && (key === "*" || key === name) ? [member] : [];
  });
  return members;
}
