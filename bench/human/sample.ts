/** A place of the pointer at a time, in whole milliseconds and pixels. */
export interface Sample {
  readonly atMs: number;
  readonly x: number;
  readonly y: number;
}

/** Where the pointer was at a time, on straight lines between samples. */
export function placeAt(samples: readonly Sample[], atMs: number): { readonly x: number; readonly y: number } {
  const after = samples.findIndex((sample) => sample.atMs >= atMs);
  const [from, to] = [samples[after - 1], samples[after] ?? samples.at(-1)];
  if (!to) return { x: 0, y: 0 };
  if (!from || after < 0) return to;
  const share = (atMs - from.atMs) / (to.atMs - from.atMs);
  return { x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) };
}
