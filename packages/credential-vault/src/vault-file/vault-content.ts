import { Secret } from "@bentham/core";
import { z } from "zod";
import { checkEntry, POOL_NAME, type VaultEntry } from "./vault-entry.ts";

/** What the vault holds once decrypted, as JSON. */
const contentSchema = z.strictObject({
  version: z.literal(1),
  entries: z.record(
    z.string().regex(POOL_NAME),
    z.strictObject({ value: z.string(), hosts: z.array(z.string()).min(1) }),
  ),
});

/** The entries as text for encryption: the one place where their values are written out. */
export function encodeContent(entries: ReadonlyMap<string, VaultEntry>): string {
  const written = Array.from(entries, ([pool, { value, hosts }]) => [pool, { value: value.reveal(), hosts }] as const);
  return JSON.stringify({ version: 1, entries: Object.fromEntries(written) });
}

/** The entries by pool, in the order of the pools' names; nothing when `text` is not what {@link encodeContent} writes. */
export function decodeContent(text: string): Map<string, VaultEntry> | undefined {
  try {
    const { entries } = contentSchema.parse(JSON.parse(text, refusePrototype));
    return new Map(
      Object.entries(entries)
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .map(([pool, { value, hosts }]) => [pool, checkEntry(pool, { value: new Secret(value), hosts })] as const),
    );
  } catch {
    return undefined; // Why is not told: parsers quote what they could not read.
  }
}

/** The schema would pass over this one key, and writing the rest would then lose what stands there. */
function refusePrototype(key: string, value: unknown): unknown {
  if (key === "__proto__") throw new SyntaxError("a prototype is no pool");
  return value;
}
