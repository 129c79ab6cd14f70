import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { statSync, writeFileSync } from "node:fs";
import { DEFAULT_HUMAN_BEHAVIOR } from "@bentham/core";
import type { Benchmark, Flags } from "./benchmark.ts";
import { writeExport } from "./human/export.ts";
import { peopleWithFewerMistakes } from "./human/fewer-mistakes.ts";
import { drawPicture } from "./human/picture.ts";
import { readReference, type Reference, readStimuli, REFERENCE_FOLDER, type Stimuli } from "./human/reference.ts";
import { meetsAim, reportOf } from "./human/report.ts";
import { type Score, scoreMouse, scoreTyping } from "./human/score.ts";
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

/** Where the picture is drawn unless a flag says where: in the folder for what nobody keeps. */
const PICTURE = join(tmpdir(), "bentham-human-input.svg");

const FLAGS = `flags: --reference FILE (of the form human-reference/1, or a folder of both; default: shared/data/human beside the repository),
  --stimuli FILE (default: stimuli.json beside the reference, or there), --split NAME (default: TEST; of a file without
  one, all), --seed TEXT, --export FILE (raw plans at people's rate of mistakes), --picture FILE (SVG; default: ${PICTURE}), --sessions 1,5,10 (0: no browser)`;

/** How near input comes to people's, and how late and how dear it is in a browser. */
export const benchmark: Benchmark = {
  title: `human input beside people: typing and pointer scored against a reference, slip and CPU of the driver\n${FLAGS}`,
  async run(flags) {
    const seed = flags["seed"] ?? "bench";
    const atPeoples: Simulation = { seed, config: configWith(PEOPLES_MISTAKE_RATE) };
    const atDefaults: Simulation = { seed, config: DEFAULT_HUMAN_BEHAVIOR };
    const lines = [`seed ${seed}`, `people's rate of mistakes: ${JSON.stringify(atPeoples.config)}`];
    lines.push(`the seed's defaults:       ${JSON.stringify(atDefaults.config)}`);
    const { references, stimuli, missing, failures } = materialOf(flags);
    lines.push("", ...missing);
    if (stimuli) {
      lines.push(sizesOf(stimuli));
      for (const reference of references) {
        const scored = scoresOf(reference, flags, stimuli, atPeoples, atDefaults);
        lines.push(...scored.lines);
        failures.push(...scored.failures);
      }
      const picture = flags["picture"] ?? (references.length > 0 ? PICTURE : undefined);
      lines.push(...writeFiles(stimuli, references, atPeoples, { picture, plans: flags["export"] }));
    }
    const sessions = (flags["sessions"] ?? "1,5,10").split(",").map(Number).filter(Boolean);
    if (sessions.length > 0) lines.push("driver in Chromium, at people's speed", await measureSlips(sessions));
    return { text: lines.join("\n"), failures };
  },
};

/** Writes the raw plans and the picture, each where a file is named for it, and says so in lines. */
function writeFiles(
  stimuli: Stimuli,
  references: readonly Reference[],
  simulation: Simulation,
  { picture, plans }: { readonly picture: string | undefined; readonly plans: string | undefined },
): string[] {
  if (picture === undefined && plans === undefined) return [];
  const typing = simulateTyping(stimuli, simulation);
  const mouse = simulateMouse(stimuli, simulation);
  const lines: string[] = [];
  if (plans !== undefined) {
    writeExport(plans, simulation, typing, mouse);
    const counts = `${typing.length} typing and ${mouse.length} pointer plans`;
    lines.push(`${counts} at people's rate of mistakes in ${plans}`, "");
  }
  if (picture !== undefined) {
    writeFileSync(picture, drawPicture(references, typing, mouse));
    lines.push(`picture of it, over the bands of people: ${picture}`, "");
  }
  return lines;
}

/** What there is to score against, and what there is not. What was named, and is not there or broken, is a failure. */
interface Material {
  readonly references: readonly Reference[];
  readonly stimuli: Stimuli | undefined;
  readonly missing: readonly string[];
  readonly failures: string[];
}

function materialOf(flags: Flags): Material {
  const folder = fileURLToPath(REFERENCE_FOLDER);
  const files = filesOf(flags["reference"] ?? folder);
  const failures: string[] = [];
  const read = <Content>(reader: (file: string) => Content | undefined, file: string): Content | undefined => {
    try {
      return reader(file);
    } catch (error) {
      failures.push(`${file} cannot be read as what it is to be: ${error instanceof Error ? error.message : "?"}`);
      return undefined;
    }
  };
  const found = files.map((file) => ({ file, reference: read(readReference, file) }));
  const places = [...files.slice(0, 1).map((file) => dirname(file)), folder].map((place) =>
    join(place, "stimuli.json"),
  );
  const stimuliFiles = flags["stimuli"] === undefined ? places : [flags["stimuli"]];
  const stimuli = stimuliFiles.map((file) => read(readStimuli, file)).find((one) => one !== undefined);
  const unscored = found.flatMap(({ file, reference }) => (reference ? [] : [`there is no reference ${file}`]));
  const unplanned = stimuli ? [] : [`there are no stimuli in ${stimuliFiles.join(" or ")}`];
  if (failures.length === 0 && flags["reference"] !== undefined) failures.push(...unscored, ...unplanned);
  else if (failures.length === 0 && flags["stimuli"] !== undefined) failures.push(...unplanned);
  return {
    references: found.flatMap(({ reference }) => reference ?? []),
    stimuli,
    missing: [...unscored.map((one) => `NOT SCORED: ${one}`), ...unplanned.map((one) => `NOTHING PLANNED: ${one}`)],
    failures,
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

/** The scores against a reference; short of the aim is a failure for the pointer and at people's rate of mistakes. */
function scoresOf(
  reference: Reference,
  flags: Flags,
  stimuli: Stimuli,
  atPeoples: Simulation,
  atDefaults: Simulation,
): Scores {
  const wanted = flags["split"] ?? "TEST";
  const splits = reference.splits.includes(wanted) ? [wanted] : reference.splits;
  const rows = splits.flatMap((split): Row[] => {
    if (reference.kind === "mouse") {
      const people = measureMouse(simulateMouse(stimuli, atDefaults));
      return [{ name: "POINTER", split, score: scoreMouse(reference, split, people), isAimed: true }];
    }
    const { mistakeRate } = DEFAULT_HUMAN_BEHAVIOR.typing;
    const presets = [
      [`TYPING, mistakes at people's rate (${PEOPLES_MISTAKE_RATE})`, atPeoples],
      [`TYPING, the seed's defaults (${mistakeRate})`, atDefaults],
    ] as const;
    return presets.map(([name, simulation]) => {
      const people = measureTyping(simulateTyping(stimuli, simulation));
      const isAimed = simulation === atPeoples;
      const note = isAimed ? undefined : peopleWithFewerMistakes(reference, split, mistakeRate / PEOPLES_MISTAKE_RATE);
      return { name, split, score: scoreTyping(reference, split, people), isAimed, note };
    });
  });
  return {
    lines: rows.flatMap(({ name, split, score, note }) => [reportOf(name, reference, split, score, note), ""]),
    failures: rows
      .filter(({ score, isAimed }) => isAimed && !meetsAim(score))
      .map(({ name, split }) => `${name}, against ${split} of ${reference.name}: the aim is not met`),
  };
}

/** One score, with whether it must come to the aim, and what is to be said of it where it need not. */
interface Row {
  readonly name: string;
  readonly split: string;
  readonly score: Score;
  readonly isAimed: boolean;
  readonly note?: string | undefined;
}

interface Scores {
  readonly lines: readonly string[];
  readonly failures: readonly string[];
}
