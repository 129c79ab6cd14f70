import { type RecordedEvent, rounded } from "./recorded-input.ts";

/** A key that went down; times in whole milliseconds. */
export interface KeyStroke {
  readonly downMs: number;
  /** Absent when it did not come up before it went down again. */
  upMs?: number;
  /** What it gives, shifted where Shift was down; the name of a key that gives nothing; absent for an inserted text. */
  readonly key?: string;
}

const PLAIN = "`1234567890-=[]\\;',./abcdefghijklmnopqrstuvwxyz";
const SHIFTED = '~!@#$%^&*()_+{}|:"<>?ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** The strokes of a log, in the order in which their keys went down. */
export function keyStrokesOf(events: readonly RecordedEvent[]): KeyStroke[] {
  const strokes: KeyStroke[] = [];
  const held = new Map<string, KeyStroke>();
  for (const [at, kind, key] of events.toSorted((one, other) => one[0] - other[0])) {
    if (typeof key !== "string") continue;
    const place = plainKey(key);
    if (kind === "keyUp") {
      const stroke = held.get(place);
      if (stroke) stroke.upMs = rounded(at);
      held.delete(place);
      continue;
    }
    const given = key.length === 1 && held.has("Shift") ? (SHIFTED[PLAIN.indexOf(key)] ?? key) : key;
    const stroke: KeyStroke = kind === "insertText" ? { downMs: rounded(at) } : { downMs: rounded(at), key: given };
    strokes.push(stroke);
    if (kind === "keyDown") held.set(place, stroke);
  }
  return strokes.sort((one, other) => one.downMs - other.downMs);
}

/** The key of the keyboard of the United States that gives a character: "a" for "A". */
function plainKey(key: string): string {
  return key.length === 1 ? (PLAIN[SHIFTED.indexOf(key)] ?? key) : key;
}

/** Which fingers type which keys, the left hand's first. */
const FINGERS = ["qaz", "wsx", "edc", "rfvtgb", "yhnujm", "ik,", "ol.", "p;'/"];
const RIGHT_HAND = 4;

/** How the hands get from one key to the next. */
export type Reach =
  | "space first"
  | "letter>space"
  | "repeat"
  | "same finger"
  | "same hand"
  | "alternate hand"
  | "other";

export function reachOf(first: string, second: string): Reach {
  const [one, other] = [first.toLowerCase(), second.toLowerCase()];
  if (one === " ") return "space first";
  if (other === " ") return "letter>space";
  if (one === other) return "repeat";
  const [from, to] = [fingerOf(one), fingerOf(other)];
  if (from < 0 || to < 0) return "other";
  if (from === to) return "same finger";
  return from < RIGHT_HAND === to < RIGHT_HAND ? "same hand" : "alternate hand";
}

function fingerOf(key: string): number {
  return FINGERS.findIndex((keys) => keys.includes(key));
}
