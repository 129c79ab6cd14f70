import { once } from "node:events";
import type { Writable } from "node:stream";
import type { ProxyCall } from "./proxy-call.ts";

/** How long a slow proxy takes for a byte, in milliseconds. */
const BYTE_MS = 1000;

/**
 * Hands a target's answer on to the client, as the proxy's behaviour wants it, no faster than it is read.
 *
 * @throws Error when the answer breaks off, is to be dropped, or the client goes.
 */
export async function handOn(call: ProxyCall, answer: AsyncIterable<Buffer>, client: Writable): Promise<void> {
  for await (const bytes of limited(call, answer)) {
    call.gone.throwIfAborted();
    if (!client.write(bytes)) await once(client, "drain", { signal: call.gone });
  }
  client.end();
}

async function* limited(
  { behaviour, clock, gone }: ProxyCall,
  answer: AsyncIterable<Buffer>,
): AsyncGenerator<Uint8Array> {
  const limits: { readonly delayMs?: number; readonly dropAfterBytes?: number } =
    typeof behaviour === "object" ? behaviour : {};
  const { delayMs = 0 } = limits;
  let left = limits.dropAfterBytes ?? Infinity;
  let isFirst = true;
  for await (const bytes of answer) {
    if (isFirst && delayMs > 0) await clock.sleep(delayMs, gone);
    isFirst = false;
    if (behaviour === "slow") {
      for (const byte of bytes) {
        await clock.sleep(BYTE_MS, gone);
        yield Uint8Array.of(byte);
      }
    } else {
      yield bytes.subarray(0, Math.min(left, bytes.length));
    }
    left -= bytes.length;
    if (left <= 0) throw new Error("the proxy drops the rest of the answer");
  }
}
