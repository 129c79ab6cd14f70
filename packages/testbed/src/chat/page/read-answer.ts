/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** One event of an answer's stream: a part of its text, or what the page is to do. */
export interface AnswerEvent {
  readonly delta?: string;
  readonly status?: string;
  readonly sources?: readonly { readonly url: string; readonly title: string }[];
  /** What the whole text becomes, once more, after the stream's end. */
  readonly lateEdit?: string;
  /** The page never comes back. */
  readonly hang?: boolean;
  /** The turn goes when the stream breaks. */
  readonly vanish?: boolean;
}

/**
 * The events of an answer.
 *
 * @throws Error when the stream ends without `[DONE]`.
 */
export async function* readAnswer(body: ReadableStream<Uint8Array>): AsyncGenerator<AnswerEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) throw new Error("the answer broke off");
    const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "data: [DONE]") return;
      if (line.startsWith("data: ")) yield JSON.parse(line.slice("data: ".length));
    }
  }
}
