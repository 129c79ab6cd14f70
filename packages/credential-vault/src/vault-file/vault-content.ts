import { type CredentialType, type Json, Secret } from "@bentham/core";
import { z } from "zod";
import { CREDENTIAL_TYPES, materialFrom, valueOf } from "../credential/material-form.ts";
import { checkCredential, DEFAULT_ID, NAME, type StoredCredential } from "../credential/stored-credential.ts";

/** The credentials of each pool. */
export type VaultPools = ReadonlyMap<string, readonly StoredCredential[]>;

/** Several types of credential, and several credentials in a pool. */
const contentSchema = z.strictObject({
  version: z.literal(2),
  pools: z.record(
    z.string().regex(NAME),
    z
      .array(
        z.strictObject({
          id: z.string(),
          type: z.enum<readonly CredentialType[]>(CREDENTIAL_TYPES),
          hosts: z.array(z.string()).min(1),
          value: z.unknown(),
        }),
      )
      .min(1),
  ),
});

/** What the first version of Bentham wrote: one API key in each pool. */
const firstSchema = z.strictObject({
  version: z.literal(1),
  entries: z.record(z.string().regex(NAME), z.strictObject({ value: z.string(), hosts: z.array(z.string()).min(1) })),
});

/** The credentials as text for encryption. */
export function encodeContent(pools: VaultPools): string {
  const written = Array.from(pools, ([pool, credentials]) => [pool, credentials.map(formOf)] as const);
  return JSON.stringify({ version: 2, pools: Object.fromEntries(written) });
}

function formOf({ id, material, hosts }: StoredCredential): Json {
  return { id, type: material.type, hosts: [...hosts], value: valueOf(material) };
}

/** The credentials by pool, in the order of the pools' names; nothing when `text` is not what {@link encodeContent} writes. */
export function decodeContent(text: string): Map<string, StoredCredential[]> | undefined {
  try {
    return new Map(
      Object.entries(poolsIn(JSON.parse(text, refusePrototype)))
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .map(([pool, credentials]) => [pool, credentials.map((one) => checkCredential(pool, one))] as const)
        .map(([pool, credentials]) => [pool, refuseTwins(credentials)] as const),
    );
  } catch {
    return undefined; // Why is not told: parsers quote what they could not read.
  }
}

function poolsIn(content: unknown): Record<string, readonly StoredCredential[]> {
  const first = firstSchema.safeParse(content);
  if (first.success) {
    const pools = Object.entries(first.data.entries).map(([pool, { value, hosts }]) => {
      const material = { type: "api-key", key: new Secret(value) } as const;
      return [pool, [{ id: DEFAULT_ID, material, hosts }] satisfies StoredCredential[]] as const;
    });
    return Object.fromEntries(pools);
  }
  const pools = Object.entries(contentSchema.parse(content).pools).map(([pool, credentials]) => {
    const read = credentials.map(({ id, type, hosts, value }) => {
      const material = materialFrom(type, value);
      if (typeof material === "string") throw new SyntaxError(material);
      return { id, material, hosts };
    });
    return [pool, read] as const;
  });
  return Object.fromEntries(pools);
}

function refuseTwins(credentials: StoredCredential[]): StoredCredential[] {
  if (new Set(credentials.map(({ id }) => id)).size === credentials.length) return credentials;
  throw new SyntaxError("two credentials of one name");
}

/** The schema would pass over this one key, and writing the rest would then lose what stands there. */
function refusePrototype(key: string, value: unknown): unknown {
  if (key === "__proto__") throw new SyntaxError("a prototype is no pool");
  return value;
}
