import { isUtf8 } from "node:buffer";

/** The byte that each character of windows-1252 stands for (https://encoding.spec.whatwg.org/#windows-1252). */
const BYTES: ReadonlyMap<string, number> = new Map(
  Array.from({ length: 256 }, (_, byte) => [new TextDecoder("windows-1252").decode(Uint8Array.of(byte)), byte]),
);

/**
 * The bytes of a body that Chromium gave as `text`. Where a response names no charset, as event streams hardly ever do,
 * Chromium reads its UTF-8 as windows-1252 (seen in 150 and 156). No byte is lost by that: a text that is UTF-8 once it is
 * written as windows-1252 again was misread.
 */
export function bytesOfMisread(text: string): Buffer {
  const bytes = Buffer.alloc(text.length);
  let index = 0;
  for (const character of text) {
    const byte = BYTES.get(character);
    if (byte === undefined) return Buffer.from(text);
    bytes[index++] = byte;
  }
  return isUtf8(bytes) ? bytes : Buffer.from(text);
}
