import { distributionOf } from "./score.ts";
import { type DistributionFunction, medianOf, quantilesOf, thinned } from "./distribution.ts";
import { samplesOf } from "./mouse-metrics.ts";
import type { Reference } from "./reference.ts";
import { measureMouse, measureTyping, type SimulatedMovement, type SimulatedSentence } from "./simulate.ts";
import { smoothedSpeeds } from "./smoothed-speed.ts";

/** Size of one panel and of the space around it, in units of the picture. */
const PANEL = { width: 300, height: 200, gap: 62, top: 70, left: 56 } as const;
const COLUMNS = 3;

/** The colours of what we plan, and of people. */
const OURS = "#c2410c";
const PEOPLE = "#1d4ed8";

/** Places along a movement at which its speed is drawn. */
const PLACES = 60;

const LEVELS = Array.from({ length: 99 }, (_, index) => (index + 1) / 100);

/** The distributions that are drawn, and how far their axes go. */
const SHOWN = [
  ["iki", "from key to key, ms", 0, 700],
  ["hold", "a key is held, ms", 0, 250],
  ["flight", "from key up to the next key down, ms", -150, 500],
  ["moveTime", "time of a movement, ms", 0, 1500],
  ["dwell", "rest before the press, ms", 0, 500],
] as const;

/**
 * Draws, as SVG, the speed along movements and the distributions of key and pointer timings, over what is known of people:
 * bands as wide as two groups of people differ.
 */
export function drawPicture(
  references: readonly Reference[],
  typing: readonly SimulatedSentence[],
  mouse: readonly SimulatedMovement[],
): string {
  const values = valuesOf(references, typing, mouse);
  const panels = [
    speedPanel(references, mouse, values),
    ...SHOWN.map(([metric, title, from, to]) => distributionPanel(references, metric, title, from, to, values(metric))),
  ];
  const rows = Math.ceil(panels.length / COLUMNS);
  const width = PANEL.left + COLUMNS * (PANEL.width + PANEL.gap);
  const height = PANEL.top + rows * (PANEL.height + PANEL.gap) + 10;
  const placed = panels.map((panel, index) => {
    const x = PANEL.left + (index % COLUMNS) * (PANEL.width + PANEL.gap);
    const y = PANEL.top + Math.floor(index / COLUMNS) * (PANEL.height + PANEL.gap);
    return `<g transform="translate(${x} ${y})">${panel}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<rect width="${width}" height="${height}" fill="#fff"/>
<text x="${PANEL.left}" y="30" font-size="17">Human input (line) over people (bands)</text>
${placed.join("\n")}
</svg>
`;
}

type ValuesOf = (metric: string) => readonly number[];

function valuesOf(
  references: readonly Reference[],
  typing: readonly SimulatedSentence[],
  mouse: readonly SimulatedMovement[],
): ValuesOf {
  const typists = measureTyping(typing).filter((person) => person !== undefined);
  const movements = measureMouse(mouse)
    .flat()
    .filter((movement) => movement !== undefined);
  return (metric) => {
    const cap = references.find(({ metrics }) => metrics.has(metric))?.metrics.get(metric)?.perPersonaCap ?? 120;
    const typed = typists.flatMap((person) => thinned(person.get(metric) ?? [], cap));
    return typed.length > 0 ? typed : movements.flatMap((movement) => movement.get(metric) ?? []);
  };
}

/** Speed over time, each in shares of a movement's mean speed and time: our median and quartiles, and where people peak. */
function speedPanel(references: readonly Reference[], mouse: readonly SimulatedMovement[], values: ValuesOf): string {
  const highest = 7;
  const people = peaksOfPeople(references);
  const profiles = mouse.map(profileOf).filter((profile) => profile !== undefined);
  const x: Axis = (share) => share * PANEL.width;
  const y: Axis = (speed) => PANEL.height * (1 - Math.min(highest, speed) / highest);
  const quantile = (level: number): number[] =>
    Array.from(
      { length: PLACES },
      (_, place) =>
        quantilesOf(
          profiles.map((one) => one[place] ?? 0),
          [level],
          0,
        )[0] ?? 0,
    );
  const points = (speeds: readonly number[]): string[] =>
    speeds.map((speed, place) => `${x(place / (PLACES - 1)).toFixed(1)},${y(speed).toFixed(1)}`);
  const band = [...points(quantile(0.25)), ...points(quantile(0.75)).toReversed()].join(" ");
  return [
    frame("speed of a movement, times its mean speed, over its time", ["0", "50 %", "100 %"], ["0", String(highest)]),
    people ? peaksBox(people, PEOPLE, x, y) : "",
    peaksBox(peaksOf(values), OURS, x, y),
    `<text x="${PANEL.width - 4}" y="16" text-anchor="end">boxes: half of all peaks</text>`,
    `<polygon points="${band}" fill="${OURS}" opacity="0.18"/>`,
    `<polyline points="${points(quantile(0.5)).join(" ")}" fill="none" stroke="${OURS}" stroke-width="2"/>`,
  ].join("");
}

/** When movements are fastest and how fast, as quartiles. */
interface Peaks {
  readonly times: readonly number[];
  readonly ratios: readonly number[];
}

const QUARTILES = [0.25, 0.5, 0.75];

function peaksOfPeople(references: readonly Reference[]): Peaks | undefined {
  const people = references.find(({ kind }) => kind === "mouse");
  const split = people?.splits.at(-1);
  if (!people || split === undefined) return undefined;
  const at = (metric: string): number[] =>
    QUARTILES.map((level) => valueAt(distributionOf(people, metric, split), level));
  return { times: at("peakTime"), ratios: at("peakRatio") };
}

function peaksOf(values: ValuesOf): Peaks {
  return {
    times: quantilesOf(values("peakTime"), QUARTILES, 0),
    ratios: quantilesOf(values("peakRatio"), QUARTILES, 0),
  };
}

/** A box from quartile to quartile, with a cross at the medians. */
function peaksBox({ times, ratios }: Peaks, colour: string, x: Axis, y: Axis): string {
  const [left = 0, middle = 0, right = 0] = times.map(x);
  const [low = 0, centre = 0, high = 0] = ratios.map(y);
  return [
    `<rect x="${left}" y="${high}" width="${right - left}" height="${low - high}" fill="${colour}" opacity="0.16"/>`,
    `<path d="M${middle} ${high}V${low}M${left} ${centre}H${right}" stroke="${colour}"/>`,
  ].join("");
}

/** From a value to its place in a panel. */
type Axis = (value: number) => number;

/** The speed along a movement at even shares of its time, in multiples of its mean speed. */
function profileOf({ events }: SimulatedMovement): number[] | undefined {
  const samples = samplesOf(events, events.find(([, kind]) => kind === "down")?.[0] ?? 0);
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || samples.length < 4) return undefined;
  const mean = Math.hypot(last.x - first.x, last.y - first.y) / (last.atMs - first.atMs);
  const { perMs, timesMs } = smoothedSpeeds(samples);
  return Array.from({ length: PLACES }, (_, place) => {
    const atMs = (place / (PLACES - 1)) * (last.atMs - first.atMs);
    const index = timesMs.findIndex((time) => time >= atMs);
    return (perMs[index] ?? 0) / mean;
  });
}

/** The distribution function of a metric, over a band about that of people as wide as two groups of them differ. */
function distributionPanel(
  references: readonly Reference[],
  metric: string,
  title: string,
  from: number,
  to: number,
  values: readonly number[],
): string {
  const x: Axis = (value) => (PANEL.width * (Math.min(to, Math.max(from, value)) - from)) / (to - from);
  const ours = quantilesOf(values, LEVELS, 0).map(
    (value, index) => `${x(value).toFixed(1)},${heightOf(LEVELS[index] ?? 0)}`,
  );
  const reference = references.find(({ metrics }) => metrics.has(metric));
  const split = reference?.splits.at(-1);
  const floor = split === undefined ? 0 : (reference?.metrics.get(metric)?.noiseFloor[split] ?? 0);
  const people = reference && split !== undefined ? distributionOf(reference, metric, split) : undefined;
  const edge = (by: number): string[] =>
    (people?.at ?? []).map(
      (value, index) => `${x(value).toFixed(1)},${heightOf((people?.level[index] ?? 0) + by).toFixed(1)}`,
    );
  const band = [...edge(floor), ...edge(-floor).toReversed()].join(" ");
  const middle = medianOf(values).toFixed(0);
  return [
    frame(`${title}; our median ${middle}`, [String(from), String((from + to) / 2), String(to)], ["0", "100 %"]),
    band === "" ? "" : `<polygon points="${band}" fill="${PEOPLE}" opacity="0.22"/>`,
    `<polyline points="${ours.join(" ")}" fill="none" stroke="${OURS}" stroke-width="2"/>`,
  ].join("");
}

/** How far down a panel a level from 0 to 1 is drawn. */
function heightOf(level: number): number {
  return PANEL.height * (1 - Math.min(1, Math.max(0, level)));
}

function frame(title: string, along: readonly string[], up: readonly string[]): string {
  const across = along.map((label, index) => {
    const x = (PANEL.width * index) / (along.length - 1);
    return `<text x="${x}" y="${PANEL.height + 16}" text-anchor="middle" fill="#555">${label}</text>`;
  });
  const aside = up.map((label, index) => {
    const y = PANEL.height * (1 - index / (up.length - 1));
    return `<text x="-6" y="${y + 4}" text-anchor="end" fill="#555">${label}</text>`;
  });
  return [
    `<rect width="${PANEL.width}" height="${PANEL.height}" fill="none" stroke="#bbb"/>`,
    `<text x="0" y="-10">${title}</text>`,
    ...across,
    ...aside,
  ].join("");
}

function valueAt({ at, level }: DistributionFunction, wanted: number): number {
  return at[level.findIndex((one) => one >= wanted)] ?? Number.NaN;
}
