/** What a vendor's request asks, and how it wants the answer. */
export interface WireAsk {
  readonly question: string;
  readonly model: string;
  readonly stream: boolean;
}

/** One event of a stream. */
export interface WireEvent {
  readonly event?: string;
  /** JSON, or the text of the line. */
  readonly data: unknown;
}

/** How a vendor's API is spoken. */
export interface Wire {
  readonly name: string;
  readonly path: string;
  /** The header that the key comes in. */
  keyOf(headers: NodeJS.Dict<string | string[]>): string | undefined;
  /** Reads a request; undefined when it is none of this API's. */
  read(body: unknown): WireAsk | undefined;
  answer(ask: WireAsk, text: string, id: string): object;
  refusal(ask: WireAsk, text: string, id: string): object;
  stream(ask: WireAsk, chunks: readonly string[], id: string): WireEvent[];
  error(status: number, code: string, message: string): object;
}

/** The member at a path of a value that came over the wire. */
export function memberAt(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (current, key) => (typeof current === "object" && current !== null ? Reflect.get(current, key) : undefined),
    value,
  );
}

/** The text of a message's content: a string, or parts that hold text. */
export function textOfContent(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content
    .map((part) => memberAt(part, "text"))
    .filter((text) => typeof text === "string")
    .join("");
}

/** The content of the last message of a role. */
export function lastOf(messages: unknown, role: string): string {
  if (!Array.isArray(messages)) return typeof messages === "string" ? messages : "";
  return textOfContent(
    memberAt(
      messages.findLast((message) => memberAt(message, "role") === role),
      "content",
    ),
  );
}

/** About how many tokens a text is. */
export function tokensOf(text: string): number {
  return Math.ceil(text.length / 4);
}

/** The key of an `Authorization: Bearer` header. */
export function bearerOf(headers: NodeJS.Dict<string | string[]>): string | undefined {
  return /^Bearer (.+)$/.exec(String(headers["authorization"] ?? ""))?.[1];
}
