import { DEFAULT_HUMAN_BEHAVIOR, type HumanBehaviorConfig } from "@bentham/core";
import { type EventRow, type Persona, personaOf, type Plan, planClick, planTyping, rowOf } from "@bentham/human-input";
import { mouseMetrics, type MovementMetrics } from "./mouse-metrics.ts";
import type { RecordedEvent, RecordedMovement, TypedSentence } from "./recorded-input.ts";
import type { Stimuli } from "./reference.ts";
import { type PersonMetrics, typingMetrics } from "./typing-metrics.ts";

/** The viewport that the movements of the stimuli lie in, in CSS pixels. */
const VIEWPORT = { width: 1920, height: 940 };

/** What is planned for the people of a measurement. */
export interface Simulation {
  readonly seed: string;
  readonly config: HumanBehaviorConfig;
}

/** How many mistakes the people of the reference make: episodes of correction per character. */
export const PEOPLES_MISTAKE_RATE = 0.031;

/** The seed's defaults, with mistakes at a rate. */
export function configWith(mistakeRate: number): HumanBehaviorConfig {
  return { ...DEFAULT_HUMAN_BEHAVIOR, typing: { ...DEFAULT_HUMAN_BEHAVIOR.typing, mistakeRate } };
}

/** One sentence as one person types it. */
export interface SimulatedSentence extends TypedSentence {
  readonly persona: number;
}

/** One way of the pointer as one person makes it, with where it began and what it went to. */
export interface SimulatedMovement extends RecordedMovement {
  readonly persona: number;
  readonly from: { readonly x: number; readonly y: number };
  readonly target: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

/** Everybody types the sentences that the stimuli give them. */
export function simulateTyping({ typing }: Stimuli, { seed, config }: Simulation): SimulatedSentence[] {
  return Array.from({ length: typing.personas }, (_, persona) => {
    const person = personOf(persona, seed, config);
    return Array.from({ length: typing.sentencesPerPersona }, (__, number) => {
      const text = typing.sentences[(persona * typing.sentencesPerPersona + number) % typing.sentences.length] ?? "";
      const plan = planTyping(text, person, `${seed}/${persona}/typing/${number}`);
      return { persona, text: plan.finalText, events: recordedKeys(plan) };
    });
  }).flat();
}

/** Everybody makes the movements that the stimuli give them. */
export function simulateMouse({ mouse }: Stimuli, { seed, config }: Simulation): SimulatedMovement[] {
  return mouse.moves.map(({ persona, from, target }, number) => {
    const person = personOf(persona, seed, config);
    const plan = planClick(from, target, person, `${seed}/${persona}/mouse/${number}`, { viewport: VIEWPORT });
    return { persona, from, target, events: recordedMoves(plan, from) };
  });
}

/** What is measured of each person's typing, in their order. */
export function measureTyping(sentences: readonly SimulatedSentence[]): (PersonMetrics | undefined)[] {
  return Map.groupBy(sentences, ({ persona }) => persona)
    .values()
    .map((own) => typingMetrics(own))
    .toArray();
}

/** What is measured of each person's movements, in their order. */
export function measureMouse(movements: readonly SimulatedMovement[]): (MovementMetrics | undefined)[][] {
  return Map.groupBy(movements, ({ persona }) => persona)
    .values()
    .map((own) => own.map((movement) => mouseMetrics(movement)))
    .toArray();
}

function personOf(persona: number, seed: string, config: HumanBehaviorConfig): Persona {
  return personaOf(config, `${seed}/${persona}`);
}

function recordedKeys({ events }: Plan): RecordedEvent[] {
  return events.map(rowOf).filter(isKeyRow);
}

function isKeyRow(row: EventRow): row is RecordedEvent & EventRow {
  return row[1] === "keyDown" || row[1] === "keyUp" || row[1] === "insertText";
}

/** A browser tells of the place of each press and release, too. */
function recordedMoves({ events }: Plan, from: { readonly x: number; readonly y: number }): RecordedEvent[] {
  let place = from;
  return events.flatMap((event): RecordedEvent[] => {
    if (event.kind === "move") place = event;
    const isPointer = event.kind === "move" || event.kind === "down" || event.kind === "up";
    return isPointer ? [[event.atMs, event.kind, place.x, place.y]] : [];
  });
}
