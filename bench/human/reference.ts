import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";

/** Where the reference distributions lie by default: beside the repository, which ships none of them. */
export const REFERENCE_FOLDER: URL = new URL("../../../shared/data/human/", import.meta.url);

/** What is known of one metric of a group of people. */
interface MetricReference {
  readonly unit: string;
  /** 1 for a metric of whole numbers, each of which stands for the half below it and the half above it. */
  readonly lattice: 0 | 1;
  /** Most values of one person that are taken. */
  readonly perPersonaCap?: number;
  /** By split: the distance (Kolmogorov and Smirnov's) between two groups of people that is passed in 5 % of draws. */
  readonly noiseFloor: Readonly<Record<string, number>>;
  /** By split: the values at `levelsPercent`. */
  readonly quantiles: Readonly<Record<string, readonly number[]>>;
}

/** How people differ in something, with the range of that over draws of people: lowest, middle, highest. */
interface SpreadReference {
  readonly definition: string;
  readonly range: readonly number[];
}

/** A file of distributions of how people type, or move a mouse, in the form `human-reference/1`. */
export interface Reference {
  readonly name: string;
  readonly kind: "typing" | "mouse";
  readonly source: string;
  readonly levelsPercent: readonly number[];
  readonly splits: readonly string[];
  readonly metrics: ReadonlyMap<string, MetricReference>;
  readonly betweenPeople: ReadonlyMap<string, SpreadReference>;
}

/** What everybody whose input is measured types, and where their pointer goes. */
export interface Stimuli {
  readonly typing: {
    readonly personas: number;
    readonly sentencesPerPersona: number;
    readonly sentences: readonly string[];
  };
  readonly mouse: {
    readonly personas: number;
    readonly moves: readonly {
      readonly persona: number;
      readonly from: { readonly x: number; readonly y: number };
      readonly target: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
    }[];
  };
}

interface ReferenceFile {
  readonly format: string;
  readonly kind: "typing" | "mouse";
  readonly source: string;
  readonly levelsPercent: readonly number[];
  readonly splits: Readonly<Record<string, unknown>>;
  readonly metrics: Readonly<Record<string, MetricFile>>;
  readonly betweenPeople?: Readonly<Record<string, SpreadReference>>;
}

type MetricFile = Omit<MetricReference, "quantiles"> & Readonly<Record<string, { readonly q: readonly number[] }>>;

/**
 * Reads a reference. A file that is not there gives undefined.
 *
 * @throws Error naming the file when it is of another form.
 */
export function readReference(file: string): Reference | undefined {
  const content = readJson<ReferenceFile>(file, "human-reference/1");
  if (!content) return undefined;
  const { kind, source, levelsPercent } = content;
  if (kind !== "typing" && kind !== "mouse") throw new Error(`${file}: its kind must be "typing" or "mouse"`);
  const splits = Object.keys(content.splits);
  for (const [metric, tables] of Object.entries(content.metrics)) {
    const short = splits.find((split) => tables[split]?.q?.length !== levelsPercent.length);
    if (short === undefined) continue;
    throw new Error(`${file}: ${metric} of ${short} must have ${levelsPercent.length} quantiles in q`);
  }
  const metrics = new Map(
    Object.entries(content.metrics).map(([metric, { unit, lattice, perPersonaCap, noiseFloor, ...tables }]) => {
      const quantiles = Object.fromEntries(splits.map((split) => [split, tables[split]?.q ?? []]));
      return [
        metric,
        { unit, lattice, ...(perPersonaCap === undefined ? {} : { perPersonaCap }), noiseFloor, quantiles },
      ];
    }),
  );
  const betweenPeople = new Map(Object.entries(content.betweenPeople ?? {}));
  return { name: basename(file), kind, source, levelsPercent, splits, metrics, betweenPeople };
}

/** Reads the stimuli; undefined when the file is not there. */
export function readStimuli(file: string): Stimuli | undefined {
  return readJson<Stimuli>(file, "human-stimuli/1");
}

/** The content of a JSON file whose `format` says what it is; undefined when there is none. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the form that `format` stands for
export function readJson<Content extends object>(file: string, format: string): Content | undefined {
  if (!existsSync(file)) return undefined;
  const content: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (typeof content !== "object" || content === null || Reflect.get(content, "format") !== format) {
    throw new Error(`${file}: its format must be "${format}"`);
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a file that says what form it is of
  return content as Content;
}
