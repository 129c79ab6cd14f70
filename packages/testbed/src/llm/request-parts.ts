import type { IncomingHttpHeaders } from "node:http";

/** The member at a path of a value that came over the wire. */
export function memberAt(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (current, key) => (typeof current === "object" && current !== null ? Reflect.get(current, key) : undefined),
    value,
  );
}

/** What the last message of the user says; empty when there is none. */
export function lastQuestion(messages: unknown): string {
  if (typeof messages === "string") return messages;
  if (!Array.isArray(messages)) return "";
  const message: unknown = messages.findLast((candidate) => memberAt(candidate, "role") === "user");
  return textOfContent(memberAt(message, "content"));
}

/** The text of a message's content: a string, or parts that hold text. */
function textOfContent(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content
    .map((part) => memberAt(part, "text"))
    .filter((text) => typeof text === "string")
    .join("");
}

/** The key of an `Authorization: Bearer` header. */
export function bearerOf({ authorization }: IncomingHttpHeaders): string | undefined {
  return authorization === undefined ? undefined : /^Bearer (.+)$/.exec(authorization)?.[1];
}
