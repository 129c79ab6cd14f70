import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  BenthamError,
  type CredentialLease,
  Events,
  type EventSource,
  type Job,
  jobIdOf,
  leaseOf,
  type ProxyLease,
  Secret,
} from "@bentham/core";
import { createExecutor, type ExecutorEvents, type ExecutorOptions } from "@bentham/executor";
import { withTemporaryFolder } from "@bentham/testbed";
import { describe, expect, test, vi } from "vitest";
import { EventLog } from "../../src/log/event-log.ts";

const KEY = 'sk-canary"key/with\\signs+and=more';
const PASSWORD = "canary:päss word";

const job: Job = {
  jobId: jobIdOf({ runId: "study-1", queryId: "q1", surfaceId: "echo", locationId: "us-nyc", repeat: 1 }),
  studyId: "study",
  runId: "study-1",
  queryId: "q1",
  surfaceId: "echo",
  locationId: "us-nyc",
  query: "canary query",
  credentialPool: "team",
};

const lent = { key: new Secret(KEY), password: new Secret(PASSWORD) };

function giveBack(): never {
  throw new Error(`cannot close http://user:${encodeURIComponent(PASSWORD)}@proxy`, { cause: new Error(KEY) });
}

/** Lenders whose things are given back with an error that holds a secret. */
function lenders(log: EventLog): Pick<ExecutorOptions, "credentialVault" | "proxyManager"> {
  return {
    credentialVault: log.learningFrom<CredentialLease>({
      acquire: async () => leaseOf("key-1", { pool: "team", valueFor: () => lent.key, secrets: [lent.key] }, giveBack),
    }),
    proxyManager: log.learningFrom<ProxyLease>({
      acquire: async () => leaseOf("proxy-1", { secrets: [lent.password] }, giveBack),
    }),
  };
}

function executorFor(log: EventLog, answer: () => string): ReturnType<typeof createExecutor> {
  const executor = createExecutor({
    surfaceAdapters: {
      resolve: () => ({
        name: "echo",
        version: "1",
        async ask(_job, context) {
          await context.beforeAsk();
          return { text: answer(), responseTimeMs: 1 };
        },
      }),
    },
    ...lenders(log),
  });
  log.follow(executor);
  return executor;
}

async function workOff(executor: ReturnType<typeof createExecutor>): Promise<void> {
  const ended = new Promise((resolve) => executor.on("job:result", resolve));
  executor.enqueue([job]);
  await executor.startWorker();
  await ended;
  await executor.stopWorker();
}

async function linesOf(file: string): Promise<{ readonly [member: string]: unknown }[]> {
  const text = await readFile(file, "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

describe("the log", () => {
  test("tells the way of a job, a line each, readable by its owner alone", async () => {
    await withTemporaryFolder(async (folder) => {
      const file = join(folder, "events.jsonl");
      using log = EventLog.open(file, fixedClock);
      await workOff(executorFor(log, () => "canary answer"));
      const lines = await linesOf(file);
      expect(lines.map(({ event }) => event)).toEqual([
        "worker:start",
        "job:start",
        "resources:acquire",
        "job:ask",
        "evidence:seal",
        "resources:release",
        "resources:stuck",
        "resources:stuck",
        "job:commit",
        "job:end",
        "job:result",
        "worker:stop",
      ]);
      expect(lines[1]).toEqual({
        time: "2026-11-23T13:00:00.000Z",
        level: "info",
        event: "job:start",
        pid: process.pid,
        jobId: job.jobId,
        attempt: 1,
        lane: "echo@team",
      });
      expect(lines[6]).toMatchObject({
        level: "warn",
        resource: "proxy-1",
        error: { message: "cannot close http://user:[secret]@proxy", cause: { message: "[secret]" } },
      });
      expect(lines[10]).toMatchObject({ result: { runId: "study-1", queryId: "q1", state: "answered", asks: 1 } });
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect(await readFile(file, "utf8")).not.toContain("canary");
    });
  });

  test("holds no secret that stands in an error, in no form", async () => {
    await withTemporaryFolder(async (folder) => {
      const file = join(folder, "events.jsonl");
      using log = EventLog.open(file);
      const forms = [KEY, JSON.stringify(KEY), encodeURIComponent(KEY), Buffer.from(KEY).toString("base64"), PASSWORD];
      await workOff(
        executorFor(log, () => {
          throw new BenthamError("AUTH_FAILED", forms.join(" and "));
        }),
      );
      log.follow(tellingOnce("worker:error", { error: new Error(`${"x".repeat(1990)}${KEY}`, { cause: forms }) }));
      const text = await readFile(file, "utf8");
      for (const form of [...forms, "canary", "päss"]) expect(text).not.toContain(form);
      expect((await linesOf(file)).map(({ event }) => event)).toContain("worker:error");
    });
  });

  test("has one line per event, whatever an id or a message holds", async () => {
    await withTemporaryFolder(async (folder) => {
      const file = join(folder, "events.jsonl");
      using log = EventLog.open(file);
      const hostile = 'a\n{"event":"forged"}\r\u001b]52;c;\u0007\u009b2J\u202e\u2028\ud800';
      log.follow(
        tellingOnce("resources:stuck", { jobId: hostile, attempt: 1, lane: "echo", resource: hostile, error: hostile }),
      );
      const text = await readFile(file, "utf8");
      expect(text).toMatch(/^[\u0020-\u007e]*\n$/);
      expect(JSON.parse(text)).toMatchObject({ event: "resources:stuck", jobId: hostile, error: hostile });
    });
  });

  test.each([
    ["an object without a prototype", Object.create(null)],
    ["an error that cannot be read", unreadable()],
    ["an error that is its own cause", ownCause()],
  ])("tells of %s that was thrown", async (_what, error) => {
    await withTemporaryFolder(async (folder) => {
      const file = join(folder, "events.jsonl");
      using log = EventLog.open(file);
      log.follow(tellingOnce("worker:error", { error }));
      expect(await linesOf(file)).toMatchObject([{ level: "error", event: "worker:error" }]);
    });
  });

  test.skipIf(process.platform !== "linux")(
    "is given up when it cannot be written any more, and the work goes on",
    async () => {
      const warn = vi.spyOn(process, "emitWarning").mockReturnValue();
      using log = EventLog.open("/dev/full");
      await workOff(executorFor(log, () => "hi"));
      expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining("ENOSPC"), "BenthamLogWarning");
    },
  );

  test("that cannot be opened is refused", async () => {
    await withTemporaryFolder(async (folder) => {
      await writeFile(join(folder, "file"), "");
      expect(() => EventLog.open(join(folder, "file", "log"))).toThrow("name a file that can be, or stderr");
    });
  });
});

const fixedClock = {
  now: () => Date.UTC(2026, 10, 23, 13),
  monotonic: () => 0,
  sleep: async () => {},
};

function unreadable(): Error {
  return Object.defineProperty(new Error("x"), "message", {
    get() {
      throw new Error("nobody reads this");
    },
  });
}

function ownCause(): Error {
  const error = new Error("round");
  error.cause = error;
  return error;
}

/** A source of one event, told as soon as somebody listens to it. */
function tellingOnce<Told extends keyof ExecutorEvents>(
  name: Told,
  payload: ExecutorEvents[Told],
): EventSource<ExecutorEvents> {
  const events = new Events<ExecutorEvents>((error) => {
    throw error;
  });
  return {
    on(heard, listener) {
      const stop = events.on(heard, listener);
      const isTold: boolean = new Set<string>([name]).has(heard);
      if (isTold) events.emit(name, payload);
      return stop;
    },
  };
}
