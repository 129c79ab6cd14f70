import type { PoolStrategy } from "./pool-settings.ts";

/** A credential that is ready, and what its strategy looks at. */
export interface Candidate {
  readonly id: string;
  readonly uses: number;
  readonly errors: number;
  /** Its share among the others, 0 or more. */
  readonly weight: number;
}

/**
 * The credential whose turn it is among `ready`, which is not empty. Pure.
 *
 * @param last The one that was chosen last.
 * @param draw A number in [0, 1).
 */
export function choose(
  strategy: PoolStrategy,
  ready: readonly Candidate[],
  last: string | undefined,
  draw: number,
): string {
  switch (strategy) {
    case "round-robin":
      return next(ready, last);
    case "random":
      return ready[Math.floor(draw * ready.length)]?.id ?? next(ready, last);
    case "least-used":
      return least(ready, ({ uses }) => uses);
    case "least-errors":
      return least(
        ready,
        ({ errors }) => errors,
        ({ uses }) => uses,
      );
    case "weighted":
      return byWeight(ready, draw);
  }
}

/** The one after the last, in the order of the ids, and after the last of all the first. */
function next(ready: readonly Candidate[], last: string | undefined): string {
  const ids = ready.map(({ id }) => id).toSorted();
  return ids.find((id) => last !== undefined && id > last) ?? ids[0] ?? "";
}

function least(ready: readonly Candidate[], ...measures: readonly ((candidate: Candidate) => number)[]): string {
  const [first] = ready.toSorted((one, other) => {
    for (const measure of measures) {
      const difference = measure(one) - measure(other);
      if (difference !== 0) return difference;
    }
    return one.id < other.id ? -1 : 1;
  });
  return first?.id ?? "";
}

function byWeight(ready: readonly Candidate[], draw: number): string {
  const total = ready.reduce((sum, { weight }) => sum + weight, 0);
  // Where none has a share, all have the same.
  const shares = ready.map(({ id, weight }) => ({ id, share: total > 0 ? weight / total : 1 / ready.length }));
  let left = draw;
  for (const { id, share } of shares) {
    if (left < share) return id;
    left -= share;
  }
  return shares.findLast(({ share }) => share > 0)?.id ?? ""; // Sums of shares fall short of 1 by rounding.
}
