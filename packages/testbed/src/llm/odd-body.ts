import { oddAnswerTo, type OddForm } from "./odd-text.ts";
import { bodyOf } from "./reply-body.ts";
import type { Scene } from "./scene.ts";
import type { Reply } from "./wire.ts";

/** How many bytes at a time tear an emoji of 25 bytes, and the characters in it, apart. */
const TORN = 5;

/** The body of an odd answer, byte for byte. */
export function* oddBodyOf(scene: Scene, form: OddForm): Generator<Uint8Array> {
  const reply: Reply = { text: oddAnswerTo(scene.ask.question, form), finish: "stop" };
  const isSplit = form === "split-emoji";
  if (form === "bom") yield Buffer.from("\uFEFF");
  for (const piece of bodyOf(scene, reply, isSplit ? 1 : undefined)) {
    const bytes = Buffer.from(piece);
    const isAscii = bytes.length === piece.length;
    if (form === "invalid-utf8") yield withoutReplacement(piece);
    else if (!isSplit || isAscii) yield bytes;
    else for (let from = 0; from < bytes.length; from += TORN) yield bytes.subarray(from, from + TORN);
  }
}

/** The bytes of a text, with FF for U+FFFD. */
function withoutReplacement(text: string): Buffer {
  const [first = "", ...rest] = text.split("\uFFFD");
  return Buffer.concat([Buffer.from(first), ...rest.flatMap((part) => [Buffer.of(0xff), Buffer.from(part)])]);
}
