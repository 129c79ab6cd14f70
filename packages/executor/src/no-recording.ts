import { BenthamError, type Fetch, type Recording } from "@bentham/core";

/** Most bytes of one answer, without its encodings; as much as a recording takes. */
const MOST_BYTES = 5_000_000;

/** The recording of an attempt that keeps no evidence. It bounds answers as every recording does: nobody else would. */
export const noRecording: Recording = {
  record: boundedFetch,
  finish: async () => undefined,
  discard: async () => {},
};

/** A `fetch` whose answers break off with RESPONSE_TOO_LARGE where they are longer than any that is wanted. */
function boundedFetch(fetch: Fetch): Fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    if (!response.body) return response;
    let bytes = 0;
    const bound = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.byteLength;
        if (bytes <= MOST_BYTES) controller.enqueue(chunk);
        else controller.error(new BenthamError("RESPONSE_TOO_LARGE", `the answer is longer than ${MOST_BYTES} bytes`));
      },
    });
    const { status, statusText, headers, url } = response;
    const bounded = new Response(response.body.pipeThrough(bound), { status, statusText, headers });
    return Object.defineProperty(bounded, "url", { value: url });
  };
}
