import type { CredentialType } from "@bentham/core";
import { z } from "zod";
import { CREDENTIAL_TYPES, materialFrom, materialFromText } from "../credential/material-form.ts";
import { checkCredential, DEFAULT_ID, type StoredCredential } from "../credential/stored-credential.ts";

/** Hosts as a list, or as a text with commas, which is all that `kv put hosts=...` can write. */
const hosts = z.union([
  z.array(z.string()).min(1),
  z.string().transform((text) => text.split(",").map((host) => host.trim())),
]);

const credentialSchema = z.looseObject({
  id: z.string().default(DEFAULT_ID),
  type: z.enum<readonly CredentialType[]>(CREDENTIAL_TYPES).default("api-key"),
  hosts,
  value: z.unknown(),
});

/** Several credentials as a list, or as its JSON in a text. */
const severalSchema = z.looseObject({
  credentials: z.union([
    z.array(credentialSchema).min(1),
    z.string().transform((text) => z.array(credentialSchema).min(1).parse(JSON.parse(text))),
  ]),
});

/**
 * The credentials that a secret holds: one, as `value`, `hosts` and `type`, or several of them under `credentials`. Nothing
 * when it holds neither; why is not told, since parsers quote what they could not read.
 */
export function credentialsIn(pool: string, data: unknown): readonly StoredCredential[] | undefined {
  try {
    const several = severalSchema.safeParse(data);
    const read = several.success ? several.data.credentials : [credentialSchema.parse(data)];
    if (new Set(read.map(({ id }) => id)).size < read.length) return undefined;
    return read.map(({ id, type, hosts: bound, value }) => {
      const material = typeof value === "string" ? materialFromText(type, value) : materialFrom(type, value);
      if (typeof material === "string") throw new SyntaxError(material);
      return checkCredential(pool, { id, material, hosts: bound });
    });
  } catch {
    return undefined;
  }
}
