import type { Dispatcher } from "undici";
import type { RouteTraffic } from "./route.ts";

/**
 * Counts the bytes of HTTP messages as they go over the wire: bodies with their encodings, and what their first lines and
 * headers say. What TLS and TCP add is not in it. A connection serves many leases: its bytes would be nobody's.
 */
export function countingMessages(traffic: RouteTraffic): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => {
    traffic.sent += bytesOfRequest(options);
    return dispatch(options, {
      onRequestStart: (...told) => handler.onRequestStart?.(...told),
      onRequestUpgrade: (...told) => handler.onRequestUpgrade?.(...told),
      onResponseStart(controller, status, headers, message) {
        traffic.received += bytesOfHeaders(Object.entries(headers));
        handler.onResponseStart?.(controller, status, headers, message);
      },
      onResponseData(controller, chunk) {
        traffic.received += chunk.length;
        handler.onResponseData?.(controller, chunk);
      },
      onResponseEnd: (...told) => handler.onResponseEnd?.(...told),
      onResponseError: (...told) => handler.onResponseError?.(...told),
    });
  };
}

/** undici's `fetch` gives headers as an object, and the length of every body but a stream's. */
function bytesOfRequest({ method, path, headers }: Dispatcher.DispatchOptions): number {
  const said = Object.entries(headers ?? {});
  const [, length = 0] = said.find(([name]) => name.toLowerCase() === "content-length") ?? [];
  return Buffer.byteLength(`${method} ${path} HTTP/1.1\r\n`) + bytesOfHeaders(said) + Number(length);
}

function bytesOfHeaders(headers: readonly (readonly [name: string, value: unknown])[]): number {
  const lines = headers.flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${String(one)}\r\n`));
  return lines.reduce((sum, line) => sum + Buffer.byteLength(line, "latin1"), 0);
}
