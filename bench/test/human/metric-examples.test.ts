import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, type TestContext, test } from "vitest";
import { distanceTo, quantilesOf } from "../../human/distribution.ts";
import { mouseMetrics } from "../../human/mouse-metrics.ts";
import type { RecordedEvent, TypedSentence } from "../../human/recorded-input.ts";
import { readJson, readReference, REFERENCE_FOLDER } from "../../human/reference.ts";
import { distributionOf } from "../../human/score.ts";
import { typingMetrics } from "../../human/typing-metrics.ts";

// Input made up for the purpose, with the values it must give to 1e-6; beside the repository, with the reference.

interface Examples {
  readonly mouse: readonly {
    readonly why?: string;
    readonly events: readonly RecordedEvent[];
    readonly metrics: Readonly<Record<string, number>> | null;
  }[];
  readonly typing: {
    readonly sentences: readonly TypedSentence[];
    readonly metrics: Readonly<
      Record<string, number | readonly number[] | { readonly count: number; sum: number; first10: readonly number[] }>
    >;
  };
  readonly ks: readonly { sample: number[]; metric: string; split: string; lattice: 0 | 1; ks: number }[];
  readonly quantiles: readonly { values: number[]; lattice: 0 | 1; levelsPercent: number[]; q: number[] }[];
}

const folder = fileURLToPath(REFERENCE_FOLDER);
const examples = readJson<Examples>(join(folder, "metric-examples.json"), "human-metric-examples/1");

function given(context: TestContext): Examples {
  if (!examples)
    return context.skip(`no metric-examples.json in ${REFERENCE_FOLDER.pathname}: metrics are not compared`);
  return examples;
}

test("movements of the mouse measure as the examples say", (context) => {
  const { mouse } = given(context);
  const measured = mouse.map(({ events }) => mouseMetrics({ events }));
  expect(
    measured.map((one) => one && Object.fromEntries([...one].map(([name, value]) => [name, micro(value)]))),
  ).toEqual(mouse.map(({ metrics }) => metrics ?? undefined));
});

test("typing measures as the examples say", (context) => {
  const { sentences, metrics } = given(context).typing;
  const measured = typingMetrics(sentences);
  const found = Object.entries(metrics).map(([metric, wanted]) => {
    const values = measured?.get(metric) ?? [];
    return [metric, typeof wanted === "object" && "count" in wanted ? summaryOf(values) : values.map(micro)];
  });
  const expected = Object.entries(metrics).map(([metric, value]) => [
    metric,
    typeof value === "number" ? [value] : value,
  ]);
  expect(found).toEqual(expected);
});

/** The form in which the examples give long lists. */
function summaryOf(values: readonly number[]): object {
  const sum = values.reduce((total, value) => total + value, 0);
  return { count: values.length, sum: micro(sum), first10: values.slice(0, 10).map(micro) };
}

/** To the six digits of the examples. */
function micro(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

test("distances and quantiles are as the examples say", (context) => {
  const { ks, quantiles } = given(context);
  const references = ["typing", "mouse"].map((kind) => readReference(join(folder, `${kind}-reference.json`)));
  const distances = ks.map(({ sample, metric, split, lattice }) => {
    const reference = references.find((one) => one?.metrics.has(metric));
    if (!reference) throw new Error(`no reference has ${metric}`);
    return micro(distanceTo(distributionOf(reference, metric, split), sample, lattice));
  });
  expect(distances).toEqual(ks.map(({ ks: wanted }) => wanted));
  const found = quantiles.map(({ values, lattice, levelsPercent }) => {
    const levels = levelsPercent.map((level) => level / 100);
    return quantilesOf(values, levels, lattice).map(micro);
  });
  expect(found).toEqual(quantiles.map(({ q }) => q));
});
