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
  for (const { events, metrics, why } of given(context).mouse) {
    const measured = mouseMetrics({ events });
    if (metrics === null) {
      expect(measured, why).toBeUndefined();
      continue;
    }
    for (const [metric, value] of Object.entries(metrics)) expect(measured?.get(metric), metric).toBeCloseTo(value, 5);
  }
});

test("typing measures as the examples say", (context) => {
  const { sentences, metrics } = given(context).typing;
  const measured = typingMetrics(sentences);
  for (const [metric, wanted] of Object.entries(metrics)) {
    const values = measured?.get(metric) ?? [];
    if (typeof wanted === "number") {
      expect(values[0], metric).toBeCloseTo(wanted, 5);
    } else if ("count" in wanted) {
      expect(values.length, metric).toBe(wanted.count);
      expect(
        values.reduce((sum, value) => sum + value, 0),
        metric,
      ).toBeCloseTo(wanted.sum, 5);
      for (const [index, value] of wanted.first10.entries()) expect(values[index], metric).toBeCloseTo(value, 5);
    } else {
      expect(values.length, metric).toBe(wanted.length);
      for (const [index, value] of wanted.entries()) expect(values[index], metric).toBeCloseTo(value, 5);
    }
  }
});

test("distances and quantiles are as the examples say", (context) => {
  const { ks, quantiles } = given(context);
  const references = ["typing", "mouse"].map((kind) => readReference(join(folder, `${kind}-reference.json`)));
  for (const { sample, metric, split, lattice, ks: wanted } of ks) {
    const reference = references.find((one) => one?.metrics.has(metric));
    if (!reference) throw new Error(`no reference has ${metric}`);
    expect(distanceTo(distributionOf(reference, metric, split), sample, lattice), metric).toBeCloseTo(wanted, 6);
  }
  for (const { values, lattice, levelsPercent, q } of quantiles) {
    const found = quantilesOf(
      values,
      levelsPercent.map((level) => level / 100),
      lattice,
    );
    for (const [index, value] of q.entries()) expect(found[index]).toBeCloseTo(value, 6);
  }
});
