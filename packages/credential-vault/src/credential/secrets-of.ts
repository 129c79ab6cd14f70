import { type CredentialMaterial, Secret } from "@bentham/core";

/** Fewest characters of a text in a page's storage that is taken for a secret: shorter ones are settings. */
const SHORTEST_STORED = 16;

/** Every part of a credential that must be in no byte of the evidence. */
export function secretsOf(material: CredentialMaterial): readonly Secret[] {
  switch (material.type) {
    case "api-key":
      return [material.key];
    case "bearer":
      return [material.token];
    case "user-password":
      return [material.username, material.password];
    case "cookies":
      return material.cookies.map(({ value }) => value);
    case "storage-state":
      return storedSecrets(material.state);
    case "custom":
      return Object.values(material.fields);
  }
}

/** The values of all cookies, and what in the pages' storage may be a token: long, and without white space. */
function storedSecrets(state: Secret): Secret[] {
  const { cookies, ...storage }: { cookies: readonly { value: string }[] } = JSON.parse(state.reveal());
  const stored = [...textsIn(storage)].filter((text) => text.length >= SHORTEST_STORED && !/\s/.test(text));
  return [...new Set([...cookies.map(({ value }) => value), ...stored])].map((value) => new Secret(value));
}

/** The texts in a JSON value, and those in JSON that is kept as text, as pages keep it in their storage. */
function* textsIn(value: unknown): Generator<string> {
  if (typeof value === "string") {
    const parsed = jsonIn(value);
    if (parsed === undefined) yield value;
    else yield* textsIn(parsed);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, member] of Object.entries(value))
      if (name !== "name" && name !== "origin") yield* textsIn(member);
  }
}

function jsonIn(text: string): unknown {
  if (!/^\s*[{["]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // A text that only begins as JSON does.
  }
}
