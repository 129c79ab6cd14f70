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
    const reader = response.body.getReader();
    let bytes = 0;
    // One stream that is pulled; a TransformStream would be two and a pipe between them, for every answer.
    const bounded = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const { done, value } = await reader.read();
          if (done) return controller.close();
          bytes += value.byteLength;
          if (bytes <= MOST_BYTES) return controller.enqueue(value);
          await reader.cancel();
          throw new BenthamError("RESPONSE_TOO_LARGE", `the answer is longer than ${MOST_BYTES} bytes`);
        },
        cancel: (reason) => reader.cancel(reason),
      },
      { highWaterMark: 0 },
    );
    const { status, statusText, headers, url } = response;
    return Object.defineProperty(new Response(bounded, { status, statusText, headers }), "url", { value: url });
  };
}
