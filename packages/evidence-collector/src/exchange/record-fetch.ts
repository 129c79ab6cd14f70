import type { Fetch } from "@bentham/core";
import { ExchangeRecorder } from "./exchange-recorder.ts";
import type { Tape } from "./tape.ts";
import { type ConnectionFacts, watchConnections } from "./watch-connections.ts";

/**
 * Wraps `fetch`: each exchange over it goes on `tape`.
 *
 * The wrapped function throws what `fetch` throws, and BenthamError INVALID_REQUEST for a request body over the tape's
 * limit, which is not sent. A response's body ends with BenthamError RESPONSE_TOO_LARGE at that limit.
 */
export function recordFetch(fetch: Fetch, tape: Tape): Fetch {
  return async (input, init) => {
    const recorder = new ExchangeRecorder(input instanceof Request ? input.url : String(input), tape);
    try {
      const request = await recorder.readRequest(input, init);
      const onConnection = (connection: ConnectionFacts): void => recorder.connected(connection);
      return recorder.readResponse(await watchConnections(onConnection, () => request.send(fetch)));
    } catch (error) {
      recorder.fail(error);
      throw error;
    }
  };
}
