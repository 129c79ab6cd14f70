import { writeFileSync } from "node:fs";
import type { Simulation, SimulatedMovement, SimulatedSentence } from "./simulate.ts";

/**
 * Writes the raw plans as JSON of the form `human-export/1`, for scorers of other people's:
 * `{ format, config, seed, typing: [{ persona, text, events }], mouse: [{ persona, from, target, events }] }`, where an
 * event is `[milliseconds, kind, key or text]` or `[milliseconds, kind, x, y]`, as in metric-examples.json.
 */
export function writeExport(
  file: string,
  { seed, config }: Simulation,
  typing: readonly SimulatedSentence[],
  mouse: readonly SimulatedMovement[],
): void {
  writeFileSync(file, `${JSON.stringify({ format: "human-export/1", seed, config, typing, mouse })}\n`);
}
