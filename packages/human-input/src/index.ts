export { createHumanInput, type HumanInputOptions, type PlayedAction } from "./create-human-input.ts";
export { type DevToolsSession, type InputContext, type InputPage, isInputPage, type OtherPage } from "./input-page.ts";
export { completeHumanBehavior } from "./complete-human-behavior.ts";

export { type Persona, personaOf } from "./persona.ts";
export type { Typist } from "./typing/typist.ts";
export type { Hand } from "./pointer/hand.ts";

export { type EventRow, type Plan, rowOf, type TimedEvent } from "./plan.ts";
export { planTyping, type TypingOptions } from "./typing/plan-typing.ts";
export { insertedTexts, prefixesOf, strayPrefixesOf } from "./typing/prefixes.ts";
export { planPasting } from "./typing/plan-pasting.ts";
export { planPointer, type PointerOptions } from "./pointer/plan-pointer.ts";
export { planClick } from "./pointer/plan-click.ts";
export { type PointerPath, pointerPath } from "./pointer/pointer-path.ts";
export type { Point } from "./pointer/point.ts";
export { planNavigation, planReaction, planReading, type ReadingOptions } from "./plan-pause.ts";
export { planScroll } from "./plan-scroll.ts";
export { atPace, BRISK } from "./at-pace.ts";
