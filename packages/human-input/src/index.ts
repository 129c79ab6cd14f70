export { createHumanInput, type HumanInputOptions } from "./create-human-input.ts";
export { type InputPage, isInputPage } from "./input-page.ts";
export { completeHumanBehavior } from "./complete-human-behavior.ts";
export { type Persona, personaOf } from "./persona.ts";
export { type Plan, planHashOf, type Step } from "./plan.ts";
export { planTyping } from "./plan-typing.ts";
export { planClick, type Point } from "./plan-click.ts";
