import type { Scene } from "./scene.ts";
import type { Finish, Reply, WireEvent } from "./wire.ts";

/** Code points in one part of a streamed answer, much like a vendor's tokens. */
const PART = 24;

/** Stands where a long answer is to be put into a body; in no body otherwise. */
const SEAM = "[the testbed's seam]";

/** The body of an answer, in the pieces that it comes in: an event each when it is streamed, else one. */
export function bodyOf(scene: Scene, reply: Reply, partLength: number = PART): Iterable<string> {
  if (scene.ask.stream) return eventsOf(scene, partsOf(reply.text, partLength), reply.finish);
  return [JSON.stringify(scene.wire.answer(scene.ask, reply, scene.stamp))];
}

/** The same for an answer too long to be held: `parts` are taken as they can be sent. The usage does not count them. */
export function* longBodyOf(scene: Scene, parts: Iterable<string>): Generator<string> {
  const { wire, ask, stamp } = scene;
  if (ask.stream) return yield* eventsOf(scene, parts, "stop");
  const frame = JSON.stringify(wire.answer(ask, { text: SEAM, finish: "stop" }, stamp));
  const seam = frame.indexOf(SEAM);
  yield frame.slice(0, seam);
  for (const part of parts) yield JSON.stringify(part).slice(1, -1);
  yield frame.slice(seam + SEAM.length);
}

/** One event as it stands in a stream. */
export function lineOf({ event, data }: WireEvent): string {
  const name = event === undefined ? "" : `event: ${event}\n`;
  return `${name}data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;
}

function* eventsOf({ wire, ask, stamp }: Scene, parts: Iterable<string>, finish: Finish): Generator<string> {
  for (const event of wire.stream(ask, { parts, finish }, stamp)) yield lineOf(event);
}

function* partsOf(text: string, length: number): Generator<string> {
  const characters = Array.from(text);
  for (let from = 0; from < characters.length; from += length) yield characters.slice(from, from + length).join("");
}
