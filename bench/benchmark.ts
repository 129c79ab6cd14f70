/** What a module `bench/<name>.ts` exports as `benchmark`. */
export interface Benchmark {
  /** What is measured, beside what. */
  readonly title: string;
  /** Measures, and gives the text to print; with it what went wrong, if something did. */
  run(flags: Flags): Promise<string | Measured>;
}

/** What a benchmark found. */
export interface Measured {
  readonly text: string;
  /** What was asked for and could not be measured, or fell short of a stated aim, in words: the command fails. */
  readonly failures: readonly string[];
}

/** What stands behind the name on the command line: `--jobs 100` is `{ jobs: "100" }`, `--peers` is `{ peers: "true" }`. */
export type Flags = Readonly<Record<string, string>>;

/** Whether a module's export is a benchmark. */
export function isBenchmark(value: unknown): value is Benchmark {
  return (
    typeof value === "object" &&
    value !== null &&
    "title" in value &&
    typeof value.title === "string" &&
    "run" in value &&
    typeof value.run === "function"
  );
}

/** Lays rows out under their headings, figures to the right. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      widths
        .map((width, column) => (column === 0 ? (line[0] ?? "").padEnd(width) : (line[column] ?? "").padStart(width)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
