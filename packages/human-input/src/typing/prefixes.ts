import type { Plan } from "../plan.ts";
import { graphemesOf } from "./graphemes.ts";

/**
 * What a page that looks at every input sees, in order: what stands in the field after each of them. Where mistakes are
 * made, some of it is no beginning of the text.
 */
export function prefixesOf({ events }: Plan): string[] {
  const graphemes: string[] = [];
  const prefixes: string[] = [];
  for (const event of events) {
    if (event.kind === "insertText") graphemes.push(...graphemesOf(event.text));
    else if (event.kind !== "keyDown") continue;
    else if (event.key === "Backspace") graphemes.pop();
    else if (event.key === "Enter") graphemes.push("\n");
    else if (event.key.length === 1) graphemes.push(event.key);
    else continue;
    prefixes.push(graphemes.join(""));
  }
  return prefixes;
}

/** Those of the {@link prefixesOf} a plan that are no beginning of its text: what mistakes showed the page. */
export function strayPrefixesOf(plan: Plan): string[] {
  return prefixesOf(plan).filter((prefix) => !plan.finalText.startsWith(prefix));
}

/** The texts that the plan inserts, as no key of the keyboard gives them. */
export function insertedTexts({ events }: Plan): string[] {
  return events.flatMap((event) => (event.kind === "insertText" ? [event.text] : []));
}
