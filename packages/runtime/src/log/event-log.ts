import { closeSync, openSync, writeSync } from "node:fs";
import {
  BenthamError,
  type Clock,
  type EventSource,
  KnownValues,
  type Lease,
  type ResourceRequest,
  type Secret,
  systemClock,
} from "@bentham/core";
import type { ExecutorEvents } from "@bentham/executor";
import { type LogHeading, logLine } from "./log-line.ts";

/** Every event of the executor, and how much its line matters. */
const LEVELS: Readonly<Record<keyof ExecutorEvents, LogHeading["level"]>> = {
  "job:start": "info",
  "resources:acquire": "info",
  "job:wait": "info",
  "job:ask": "info",
  "evidence:seal": "info",
  "resources:release": "info",
  "resources:stuck": "warn",
  "job:commit": "info",
  "job:end": "info",
  "job:result": "info",
  "lane:pause": "info",
  "lane:resume": "info",
  "worker:start": "info",
  "worker:error": "error",
  "worker:stop": "info",
};

/** Takes lines of a log. */
interface Sink {
  write(line: string): void;
  close(): void;
}

/**
 * Writes the executor's events as JSON lines to a file, which is appended to, or to standard error. It is told every
 * secret that is lent, and lets none of them through. A line is written at once, so that a killed process leaves them all;
 * a log that cannot be written any more is given up with a warning, and the work goes on.
 */
export class EventLog implements Disposable {
  readonly #sink: Sink;
  readonly #clock: Clock;
  readonly #secrets = new Set<Secret>();
  #known = new KnownValues([], mark);
  #isClosed = false;

  private constructor(sink: Sink, clock: Clock) {
    this.#sink = sink;
    this.#clock = clock;
  }

  /**
   * @param target A file, or `stderr`.
   * @throws BenthamError CONFIG_INVALID when the file cannot be written.
   */
  static open(target: string, clock: Clock = systemClock): EventLog {
    return new EventLog(target === "stderr" ? standardError : fileSink(target), clock);
  }

  /** Lets none of these through from now on. */
  learn(secrets: Iterable<Secret>): void {
    const count = this.#secrets.size;
    for (const secret of secrets) this.#secrets.add(secret);
    if (this.#secrets.size > count) this.#known = new KnownValues([...this.#secrets], mark);
  }

  /** `lender`, with the secrets of whatever it lends learnt on the way. */
  learningFrom<Leased extends Lease & { readonly secrets?: readonly Secret[] }>(lender: {
    acquire(request: ResourceRequest): Promise<Leased>;
  }): { acquire(request: ResourceRequest): Promise<Leased> } {
    return {
      acquire: async (request) => {
        const lease = await lender.acquire(request);
        this.learn(lease.secrets ?? []);
        return lease;
      },
    };
  }

  /** Writes every event of `source`. */
  follow(source: EventSource<ExecutorEvents>): void {
    for (const event of Object.keys(LEVELS).filter(isEvent)) {
      source.on(event, (payload) => this.#write(event, payload));
    }
  }

  [Symbol.dispose](): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#sink.close();
  }

  #write(event: keyof ExecutorEvents, payload: object): void {
    if (this.#isClosed) return;
    const heading = { time: new Date(this.#clock.now()), level: LEVELS[event], event, pid: process.pid };
    const line = logLine(heading, payload, this.#known);
    try {
      this.#sink.write(`${line}\n`);
    } catch (error) {
      this[Symbol.dispose]();
      process.emitWarning(`the log ends here, as it cannot be written: ${String(error)}`, "BenthamLogWarning");
    }
  }
}

function mark(): string {
  return "[secret]";
}

function isEvent(name: string): name is keyof ExecutorEvents {
  return Object.hasOwn(LEVELS, name);
}

const standardError: Sink = {
  write: (line) => void process.stderr.write(line),
  close: () => {},
};

/** Lines of several processes may go to one file: each is one write, and each write goes to the end. */
function fileSink(file: string): Sink {
  const descriptor = openFile(file);
  return {
    write: (line) => void writeSync(descriptor, line),
    close: () => closeSync(descriptor),
  };
}

function openFile(file: string): number {
  try {
    return openSync(file, "a", 0o600);
  } catch (error) {
    throw new BenthamError(
      "CONFIG_INVALID",
      `the log cannot be written to ${file}: name a file that can be, or stderr`,
      {
        cause: error,
      },
    );
  }
}
