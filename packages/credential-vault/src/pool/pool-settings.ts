import { BenthamError } from "@bentham/core";

/** How the next credential of a pool is chosen among those that are ready. */
export type PoolStrategy = "round-robin" | "random" | "least-used" | "least-errors" | "weighted";

/** Every strategy. */
export const POOL_STRATEGIES: readonly PoolStrategy[] = [
  "round-robin",
  "random",
  "least-used",
  "least-errors",
  "weighted",
];

/** When one of several credentials rests because of its errors. */
export interface CoolingOptions {
  /** Errors within the window that let it rest; Infinity for never. @default 5 */
  readonly errors?: number | undefined;
  /** How long an error counts, in milliseconds. @default 300000 */
  readonly window?: number | undefined;
  /** How long it rests at first, in milliseconds; twice as long each time, until it has brought an answer. @default 60000 */
  readonly rest?: number | undefined;
  /** How long it rests at most, in milliseconds. @default 3600000 */
  readonly longestRest?: number | undefined;
}

/** What may be said of a pool. */
export interface PoolOptions {
  /** @default "round-robin" */
  readonly strategy?: PoolStrategy | undefined;
  /** Shares of the strategy `weighted`, by the credentials' ids; 0 for none while another is ready. @default 1 each */
  readonly weights?: Readonly<Record<string, number>> | undefined;
  readonly cooling?: CoolingOptions | undefined;
}

/** A pool's options with their defaults. */
export interface PoolSettings {
  readonly strategy: PoolStrategy;
  readonly weights: ReadonlyMap<string, number>;
  readonly cooling: { readonly [Name in keyof CoolingOptions]-?: number };
}

/** @throws BenthamError CONFIG_INVALID naming the option, its value and its range. */
export function poolSettings(
  pool: string,
  { strategy = "round-robin", weights = {}, cooling = {} }: PoolOptions = {},
): PoolSettings {
  if (!POOL_STRATEGIES.includes(strategy))
    throw invalid(pool, "strategy", strategy, `one of ${POOL_STRATEGIES.join(", ")}`);
  for (const [id, weight] of Object.entries(weights)) {
    if (!(weight >= 0 && weight < Infinity)) throw invalid(pool, `weights.${id}`, weight, "a number from 0 up");
  }
  const { errors = 5, window = 300_000, rest = 60_000, longestRest = 3_600_000 } = cooling;
  if (!(errors >= 1)) throw invalid(pool, "cooling.errors", errors, "a number from 1 up");
  for (const [name, value] of Object.entries({ window, rest, longestRest })) {
    if (!(value > 0)) throw invalid(pool, `cooling.${name}`, value, "a number of milliseconds above 0");
  }
  return { strategy, weights: new Map(Object.entries(weights)), cooling: { errors, window, rest, longestRest } };
}

function invalid(pool: string, option: string, value: unknown, range: string): BenthamError {
  return new BenthamError(
    "CONFIG_INVALID",
    `credential pool "${pool}": ${option} is ${String(value)}, and must be ${range}`,
  );
}
