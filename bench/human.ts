import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { statSync, writeFileSync } from "node:fs";
import { DEFAULT_HUMAN_BEHAVIOR } from "@bentham/core";
import type { Benchmark, Flags } from "./benchmark.ts";
import { writeExport } from "./human/export.ts";
import { drawPicture } from "./human/picture.ts";
import { readReference, type Reference, readStimuli, REFERENCE_FOLDER, type Stimuli } from "./human/reference.ts";
import { reportOf } from "./human/report.ts";
import { scoreMouse, scoreTyping } from "./human/score.ts";
import {
  configWith,
  measureMouse,
  measureTyping,
  PEOPLES_MISTAKE_RATE,
  type Simulation,
  simulateMouse,
  simulateTyping,
} from "./human/simulate.ts";
import { measureSlips } from "./human/slip.ts";

const FLAGS = `flags: --reference FILE (of the form human-reference/1, or a folder of both; default: shared/data/human beside the repository),
  --stimuli FILE (default: stimuli.json beside the reference, or there), --split NAME (default: TEST; of a file without
  one, all), --seed TEXT, --export FILE (raw plans), --picture FILE (SVG), --sessions 1,5,10 (0: no browser)`;

/** How near input comes to people's, and how late and how dear it is in a browser. */
export const benchmark: Benchmark = {
  title: `human input beside people: typing and pointer scored against a reference, slip and CPU of the driver\n${FLAGS}`,
  async run(flags) {
    const seed = flags["seed"] ?? "bench";
    const atPeoples: Simulation = { seed, config: configWith(PEOPLES_MISTAKE_RATE) };
    const atDefaults: Simulation = { seed, config: DEFAULT_HUMAN_BEHAVIOR };
    const lines = [`seed ${seed}`, `people's rate of mistakes: ${JSON.stringify(atPeoples.config)}`];
    lines.push(`the seed's defaults:       ${JSON.stringify(atDefaults.config)}`);
    const { references, stimuli, missing } = materialOf(flags);
    lines.push("", ...missing);
    if (stimuli) {
      lines.push(sizesOf(stimuli));
      for (const reference of references) lines.push(...scoresOf(reference, flags, stimuli, atPeoples, atDefaults));
      const typing = simulateTyping(stimuli, atPeoples);
      const mouse = simulateMouse(stimuli, atPeoples);
      if (flags["export"] !== undefined) {
        writeExport(flags["export"], atPeoples, typing, mouse);
        lines.push(`${typing.length} typing and ${mouse.length} pointer plans in ${flags["export"]}`, "");
      }
      if (flags["picture"] !== undefined) {
        writeFileSync(flags["picture"], drawPicture(references, typing, mouse));
        lines.push(`picture in ${flags["picture"]}`, "");
      }
    }
    const sessions = (flags["sessions"] ?? "1,5,10").split(",").map(Number).filter(Boolean);
    if (sessions.length > 0) lines.push("driver in Chromium, at people's speed", await measureSlips(sessions));
    return lines.join("\n");
  },
};

/** What there is to score against, and what there is not. */
function materialOf(flags: Flags): { references: Reference[]; stimuli: Stimuli | undefined; missing: string[] } {
  const folder = fileURLToPath(REFERENCE_FOLDER);
  const named = flags["reference"];
  const files = filesOf(named ?? folder);
  const read = files.map((file) => ({ file, reference: readReference(file) }));
  const places = [...files.slice(0, 1).map((file) => dirname(file)), folder].map((place) =>
    join(place, "stimuli.json"),
  );
  const stimuliFiles = flags["stimuli"] === undefined ? places : [flags["stimuli"]];
  const stimuli = stimuliFiles.map(readStimuli).find((found) => found !== undefined);
  return {
    references: read.flatMap(({ reference }) => reference ?? []),
    stimuli,
    missing: [
      ...read.flatMap(({ file, reference }) => (reference ? [] : [`NOT SCORED: there is no reference ${file}`])),
      ...(stimuli ? [] : [`NOTHING PLANNED: there are no stimuli in ${stimuliFiles.join(" or ")}`]),
    ],
  };
}

/** The reference that a path names, or both that a folder holds. */
function filesOf(path: string): string[] {
  const isFolder = path.endsWith("/") || statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder ? ["typing", "mouse"].map((kind) => join(path, `${kind}-reference.json`)) : [path];
}

function sizesOf({ typing, mouse }: Stimuli): string {
  const sentences = typing.personas * typing.sentencesPerPersona;
  return `sample: ${typing.personas} people with ${sentences} sentences, ${mouse.personas} people with ${mouse.moves.length} movements\n`;
}

function scoresOf(
  reference: Reference,
  flags: Flags,
  stimuli: Stimuli,
  atPeoples: Simulation,
  atDefaults: Simulation,
): string[] {
  const wanted = flags["split"] ?? "TEST";
  const splits = reference.splits.includes(wanted) ? [wanted] : reference.splits;
  return splits.flatMap((split) => {
    if (reference.kind === "mouse") {
      const people = measureMouse(simulateMouse(stimuli, atDefaults));
      return [reportOf("POINTER", reference, split, scoreMouse(reference, split, people)), ""];
    }
    const presets = [
      [`TYPING, mistakes at people's rate (${PEOPLES_MISTAKE_RATE})`, atPeoples],
      [`TYPING, the seed's defaults (${DEFAULT_HUMAN_BEHAVIOR.typing.mistakeRate})`, atDefaults],
    ] as const;
    return presets.flatMap(([name, simulation]) => {
      const people = measureTyping(simulateTyping(stimuli, simulation));
      return [reportOf(name, reference, split, scoreTyping(reference, split, people)), ""];
    });
  });
}
