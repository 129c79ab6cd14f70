import { type Random, seededRandom } from "@bentham/core";
import { lognormal, normal } from "./distributions.ts";
import { keyOf, neighbourOf } from "./keyboard-layout.ts";
import type { Persona } from "./persona.ts";
import { type Plan, planOf, type Step } from "./plan.ts";

/** Longest text that is typed, in characters; a longer one is pasted, as people do. */
const LONGEST_TYPED = 2_000;

/** Shortest time between two keys, in milliseconds. */
const SHORTEST_INTERVAL = 25;

/** What a pause multiplies an interval by. */
const PAUSE = { median: 3, deviation: 0.5, max: 12 } as const;

/** How much longer than an interval it takes to see a mistake. */
const NOTICE = { median: 2.75, deviation: 0.38, max: 8 } as const;

/** How long Shift is down before the key that needs it, in milliseconds. */
const SHIFT_LEAD = { median: 60, deviation: 0.4, min: 15, max: 200 } as const;

const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });

/** One thing the fingers do: a key with what it takes, or a text that no key gives. */
type Stroke =
  | { readonly kind: "key"; readonly key: string; readonly withShift: boolean; readonly after: number }
  | { readonly kind: "insert"; readonly text: string; readonly after: number };

/**
 * Plans how a text is typed into an empty field. What stands there at the end is the text exactly, but for its line
 * breaks, which are all one `\n`: mistakes are always mended, at once. Characters that have no key are inserted; a line
 * break is Shift+Enter, which sends nothing.
 *
 * @param seed The same seed gives the same plan.
 */
export function planTyping(text: string, persona: Persona, seed: string): Plan {
  const lines = text.replaceAll(/\r\n?/g, "\n");
  if (lines.length > LONGEST_TYPED) return planPasting(text);
  const random = seededRandom(`${seed}/typing`);
  const characters = Array.from(GRAPHEMES.segment(lines), ({ segment }) => segment);
  const strokes = characters.flatMap((character, index) => strokesFor(character, index, persona, random));
  return play(strokes, characters.length, persona, random);
}

/**
 * Plans how a text is put into a field in one go.
 *
 * Line by line: a field takes a line break from a key more surely than from a paste.
 */
export function planPasting(text: string): Plan {
  const steps: Step[] = [];
  let atMs = 0;
  for (const [index, line] of text.replaceAll(/\r\n?/g, "\n").split("\n").entries()) {
    if (index > 0) {
      for (const step of lineBreak(atMs)) steps.push(step);
      atMs += 40;
    }
    if (line !== "") steps.push({ atMs, kind: "insertText", text: line });
    atMs += 10;
  }
  return planOf(steps, atMs);
}

function lineBreak(atMs: number): Step[] {
  return [
    { atMs, kind: "keyDown", key: "Shift" },
    { atMs: atMs + 10, kind: "keyDown", key: "Enter" },
    { atMs: atMs + 20, kind: "keyUp", key: "Enter" },
    { atMs: atMs + 30, kind: "keyUp", key: "Shift" },
  ];
}

/** `after` is a factor on the interval that follows. */
function strokesFor(character: string, index: number, persona: Persona, random: Random): Stroke[] {
  const { mistakeRate, pauseProbability } = persona.config.typing;
  const after = random() < pauseProbability ? lognormal(random, PAUSE.median, PAUSE.deviation, 1, PAUSE.max) : 1;
  const slips = random() < mistakeRate && index > 0;
  const key = character === "\n" ? "Enter" : character;
  const needsShift = key === "Enter" || keyOf(character)?.needsShift;
  if (needsShift === undefined) return [{ kind: "insert", text: character, after }];
  const right: Stroke = { kind: "key", key, withShift: needsShift, after };
  const wrong = slips ? neighbourOf(character) : undefined;
  if (wrong === undefined) return [right];
  const notice = lognormal(random, NOTICE.median, NOTICE.deviation, 1, NOTICE.max);
  return [
    { kind: "key", key: wrong, withShift: false, after: notice },
    { kind: "key", key: "Backspace", withShift: false, after: 1.5 },
    right,
  ];
}

/**
 * Gives every stroke its time. The intervals vary as people's do, and together take as long as the person's speed says.
 * Keys may overlap, as in fast typing, but no key goes down that is down, and Shift is held for what needs it alone.
 */
function play(strokes: readonly Stroke[], characters: number, persona: Persona, random: Random): Plan {
  const weights = strokes.map(({ after }) => after * Math.exp(normal(random, 0, persona.unevenness)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const unit = ((characters / 5 / persona.wordsPerMinute) * 60_000) / Math.max(total, 1);
  const steps: Step[] = [];
  const upAt = new Map<string, number>();
  let wanted = 0;
  let earliest = 0;
  let allUpAt = 0;
  let shifted = false;
  for (const [index, stroke] of strokes.entries()) {
    const needsShift = stroke.kind === "key" && stroke.withShift;
    let at = Math.max(wanted, earliest);
    if (stroke.kind === "insert" || needsShift || shifted) at = Math.max(at, allUpAt + 1);
    if (stroke.kind === "insert") {
      steps.push({ atMs: at, kind: "insertText", text: stroke.text });
    } else {
      at = Math.max(at, (upAt.get(stroke.key) ?? -1) + 1);
      if (needsShift) {
        steps.push({ atMs: at, kind: "keyDown", key: "Shift" });
        at += lognormal(random, SHIFT_LEAD.median, SHIFT_LEAD.deviation, SHIFT_LEAD.min, SHIFT_LEAD.max);
      }
      const up = at + lognormal(random, persona.holdMs, 0.26, 30, 400);
      steps.push({ atMs: at, kind: "keyDown", key: stroke.key }, { atMs: up, kind: "keyUp", key: stroke.key });
      if (needsShift) steps.push({ atMs: up + 2, kind: "keyUp", key: "Shift" });
      upAt.set(stroke.key, up + 1);
      allUpAt = Math.max(allUpAt, up + (needsShift ? 3 : 1));
    }
    shifted = needsShift;
    earliest = at + SHORTEST_INTERVAL;
    wanted += (weights[index] ?? 0) * unit;
  }
  return planOf(steps, Math.max(wanted, allUpAt));
}
