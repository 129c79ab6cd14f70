import { Secret } from "@bentham/core";
import { z } from "zod";
import { secretsOf } from "../credential/secrets-of.ts";

/** What was saved of an account. */
export interface SavedState {
  /** JSON: what Playwright's `storageState()` gives. */
  readonly state: Secret;
  /** What in it must be in no byte of the evidence. */
  readonly secrets: readonly Secret[];
}

/** Laxer than what people hand in: sites have cookies without a name, say, and a browser has taken them. */
const stateSchema = z.looseObject({
  cookies: z.array(z.looseObject({ name: z.string(), value: z.string() })),
  origins: z.array(z.looseObject({ origin: z.string() })),
});

const contentSchema = z.strictObject({
  version: z.literal(1),
  /** Whose it is. */
  of: z.string(),
  state: z.unknown(),
});

/** A state as text for encryption; nothing when it is none that a browser could be given again. */
export function encodeState(of: string, state: Secret): string | undefined {
  const material = stateFrom(parsed(state.reveal()));
  return material && `{"version":1,"of":${JSON.stringify(of)},"state":${material.reveal()}}`;
}

/**
 * A state and whose it is; nothing when `text` is not what {@link encodeState} writes.
 *
 * @param before Its secrets are given again where they still stand in the state: whoever scrubs by them has prepared them.
 */
export function decodeState(
  text: string,
  before: SavedState | undefined,
): { readonly of: string; readonly state: SavedState } | undefined {
  const { data } = contentSchema.safeParse(parsed(text));
  const state = stateFrom(data?.state);
  if (!data || !state) return undefined;
  const known = new Map(before?.secrets.map((secret) => [secret.reveal(), secret]));
  const secrets = secretsOf({ type: "storage-state", state }).map((secret) => known.get(secret.reveal()) ?? secret);
  return { of: data.of, state: { state, secrets } };
}

function stateFrom(value: unknown): Secret | undefined {
  const { data } = stateSchema.safeParse(value);
  return data && new Secret(JSON.stringify(data));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Why is not told: parsers quote what they could not read.
  }
}
