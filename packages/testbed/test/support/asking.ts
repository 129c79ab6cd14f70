import type { WireName } from "@bentham/testbed";

/** A question as a client of a wire asks it. */
interface Asking {
  readonly wire?: WireName;
  readonly key?: string;
  readonly stream?: boolean;
  readonly signal?: AbortSignal;
  /** Members of the request's body, in place of the usual ones. */
  readonly more?: object;
}

/** Where a wire is asked, and how. */
const FORMS: Readonly<Record<WireName, { path: string; body(question: string): object; key(key: string): string[] }>> =
  {
    "openai-chat": {
      path: "/v1/chat/completions",
      body: (question) => ({ model: "small", messages: [{ role: "user", content: question }] }),
      key: (key) => ["authorization", `Bearer ${key}`],
    },
    "openai-responses": {
      path: "/v1/responses",
      body: (question) => ({
        model: "small",
        input: [{ role: "user", content: [{ type: "input_text", text: question }] }],
      }),
      key: (key) => ["authorization", `Bearer ${key}`],
    },
    "anthropic-messages": {
      path: "/v1/messages",
      body: (question) => ({ model: "small", max_tokens: 9, messages: [{ role: "user", content: question }] }),
      key: (key) => ["x-api-key", key],
    },
  };

/** The APIs that a server speaks. */
export const WIRES: readonly WireName[] = ["openai-chat", "openai-responses", "anthropic-messages"];

/** Puts a question to a server. */
export function ask(url: string, question = "Why is the sky blue?", asking: Asking = {}): Promise<Response> {
  const { wire = "openai-chat", key, stream, signal = null, more } = asking;
  const form = FORMS[wire];
  const headers = new Headers({ "content-type": "application/json", "anthropic-version": "2023-06-01" });
  const [name, value] = key === undefined ? [] : form.key(key);
  if (name !== undefined && value !== undefined) headers.set(name, value);
  return fetch(url + form.path, {
    method: "POST",
    headers,
    body: JSON.stringify({ ...form.body(question), ...(stream ? { stream } : {}), ...more }),
    signal,
  });
}

/** The text of an answer of Chat Completions. */
export async function textOf(response: Response): Promise<string> {
  const { choices } = JSON.parse(await response.text());
  return choices[0].message.content;
}

/** The events of a stream: their names, where they have one, and their data. */
export async function eventsOf(response: Response): Promise<{ event: string | undefined; data: string }[]> {
  const blocks = (await response.text()).split("\n\n").filter((block) => block !== "");
  return blocks.map((block) => ({
    event: /^event: (.*)$/m.exec(block)?.[1],
    data: /^data: (.*)$/m.exec(block)?.[1] ?? "",
  }));
}

/** Lets the event loop turn until something holds. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
