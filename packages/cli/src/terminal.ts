import { styleText } from "node:util";

/** Where a command prints, and what it may assume of the reader. */
export interface Terminal {
  /** Writes what was asked for, a line at a time. */
  out(line: string): void;
  /** Writes what is told beside it, a line at a time: progress, warnings, errors. */
  tell(line: string): void;
  /** Whether nobody reads any more what is written. */
  readonly readerIsGone?: boolean;
  /** Draws over what was last drawn, if the reader is a person at a terminal. */
  readonly live?: LiveArea;
  readonly columns: number;
  bold(text: string): string;
  dim(text: string): string;
}

/** Lines at the end of a terminal that are drawn again and again. */
export interface LiveArea {
  draw(lines: readonly string[]): void;
  /** Leaves the last drawing where it is. */
  done(): void;
}

/** The terminal of this process: results on standard output, the rest on standard error. */
export function processTerminal(process: NodeJS.Process): Terminal {
  const { stdout, stderr, env } = process;
  const styled = stderr.isTTY && !env["NO_COLOR"];
  let readerIsGone = false;
  const live = stderr.isTTY ? liveArea(stderr) : undefined;
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    readerIsGone = true; // Whoever reads has seen enough, as `head` does. A run goes on without them.
  });
  stderr.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error; // Nobody watches any more; the work goes on.
  });
  return {
    out: (line) => void stdout.write(`${line}\n`),
    tell: (line) => void stderr.write(`${line}\n`),
    ...(live ? { live } : {}),
    get readerIsGone() {
      return readerIsGone;
    },
    get columns() {
      return stderr.columns ?? 100;
    },
    bold: (text) => (styled ? styleText("bold", text) : text),
    dim: (text) => (styled ? styleText("dim", text) : text),
  };
}

function liveArea(stream: NodeJS.WriteStream): LiveArea {
  let drawn = 0;
  return {
    draw(lines) {
      const up = drawn > 0 ? `\u001b[${drawn}A` : "";
      stream.write(`${up}${lines.map((line) => `\u001b[2K${line}\n`).join("")}\u001b[0J`);
      drawn = lines.length;
    },
    done: () => void (drawn = 0),
  };
}
