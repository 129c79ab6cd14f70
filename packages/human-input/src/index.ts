export { createHumanInput, type HumanInputOptions } from "./create-human-input.ts";
export { type InputPage, isInputPage } from "./input-page.ts";
export { completeHumanBehavior } from "./complete-human-behavior.ts";

export { type Persona, personaOf } from "./persona.ts";
export type { Plan, Step } from "./plan.ts";
export { planTyping, type TypingOptions } from "./typing/plan-typing.ts";
export { planPasting } from "./typing/plan-pasting.ts";
export { planPointer } from "./pointer/plan-pointer.ts";
export { planClick } from "./pointer/plan-click.ts";
export type { Point } from "./pointer/point.ts";
export { planPause } from "./plan-pause.ts";
export { planScroll } from "./plan-scroll.ts";
