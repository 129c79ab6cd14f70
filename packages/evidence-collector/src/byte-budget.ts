import type { Artefact } from "./artefacts/artefact.ts";
import type { Gap } from "./artefacts/statement.ts";
import type { Exchange, RecordedBody } from "./exchange/exchange.ts";

/** Shares out among the bodies of exchanges, in their order, the bytes that a bag may have. */
export class ByteBudget {
  #left: number;
  readonly gaps: Gap[] = [];

  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** `exchange` without the bodies that there is no room for. */
  fit(exchange: Exchange): Exchange {
    const { request, response } = exchange;
    const sent = this.#fitBody(request.body, `the body sent to ${request.url}`);
    const received = this.#fitBody(response?.body, `the body of ${request.url}`);
    if (sent === request.body && received === response?.body) return exchange;
    return {
      ...exchange,
      request: { ...request, ...(sent && { body: sent }) },
      ...(response && received && { response: { ...response, body: received } }),
    };
  }

  #fitBody(body: RecordedBody | undefined, what: string): RecordedBody | undefined {
    const size = body?.bytes?.length ?? 0;
    if (!body || size === 0) return body;
    if (size <= this.#left) {
      this.#left -= size;
      return body;
    }
    const reason = `${what} (${size} bytes) was left out: the evidence of one attempt has no more room`;
    this.gaps.push({ artefact: "data/network.har", reason });
    return { length: body.length };
  }
}

/** Which of `artefacts` there is room for, the answer and the requests always; what is left out is a gap. */
export function fitting(artefacts: readonly Artefact[], most: number): { kept: Artefact[]; gaps: Gap[] } {
  const kept: Artefact[] = [];
  const gaps: Gap[] = [];
  let left = most;
  for (const artefact of artefacts) {
    const { length } = artefact.bytes;
    if (length <= left || artefact.path === "data/answer.json" || artefact.path === "data/network.har") {
      left -= length;
      kept.push(artefact);
      continue;
    }
    const reason = `it has ${length} bytes, and the evidence of one attempt has no room for them: it was left out`;
    gaps.push({ artefact: artefact.path, reason });
  }
  return { kept, gaps };
}
