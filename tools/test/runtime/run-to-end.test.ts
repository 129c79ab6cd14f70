import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterEach, expect, test, vi } from "vitest";

const support = join(import.meta.dirname, "..", "support");
const main = join(support, "run-to-end-main.mjs");
const tellSignals = join(support, "tell-signals.mjs");

/** A signal repeated however late is the same one, so that the tests need not hurry. */
const always = JSON.stringify({ oneSignalMs: 1e9, graceSeconds: 1 });
/** Each signal counts. */
const never = JSON.stringify({ oneSignalMs: 0 });

const started = new Set<Bootstrap>();
const folders: string[] = [];

afterEach(async () => {
  await Promise.all([...started].map((each) => each.kill()));
  started.clear();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

test("a Ctrl-C that only the bootstrap hears reaches the command once", async () => {
  const bootstrap = await start(always, "SIGTERM");
  bootstrap.send("SIGINT");
  await bootstrap.tells("SIGINT");
  bootstrap.send("SIGTERM");
  expect(await bootstrap.signals()).toEqual(["SIGINT", "SIGTERM"]);
});

test("a Ctrl-C that the whole process group hears reaches the command once", async () => {
  const bootstrap = await start(always, "SIGTERM");
  bootstrap.sendGroup("SIGINT");
  await bootstrap.tells("SIGINT");
  bootstrap.send("SIGTERM");
  expect(await bootstrap.signals()).toEqual(["SIGINT", "SIGTERM"]);
});

test("a Ctrl-C at npm, which passes it on besides, reaches the command once", async () => {
  const npm = await startThroughNpm(always, "SIGTERM");
  npm.sendGroup("SIGINT");
  await npm.tells("SIGINT");
  npm.send("SIGTERM");
  expect(await npm.signals()).toEqual(["SIGINT", "SIGTERM"]);
});

test.for(["SIGINT", "SIGTERM"] as const)("%s to npm alone reaches the command", async (signal) => {
  const npm = await startThroughNpm(always, signal);
  npm.send(signal);
  expect(await npm.signals()).toEqual([signal]);
});

test("a signal told twice at once reaches the command once", async () => {
  const bootstrap = await start(always, "SIGTERM");
  bootstrap.send("SIGINT");
  await bootstrap.tells("SIGINT");
  bootstrap.send("SIGINT");
  bootstrap.send("SIGTERM");
  expect(await bootstrap.signals()).toEqual(["SIGINT", "SIGTERM"]);
});

test("a second Ctrl-C reaches the command too", async () => {
  const bootstrap = await start(never, "SIGTERM");
  bootstrap.send("SIGINT");
  await bootstrap.tells("SIGINT");
  bootstrap.send("SIGINT");
  await bootstrap.tells("SIGINT", 2);
  bootstrap.send("SIGTERM");
  expect(await bootstrap.signals()).toEqual(["SIGINT", "SIGINT", "SIGTERM"]);
});

test.for(["SIGHUP", "SIGQUIT"] as const)("passes %s on", async (signal) => {
  const bootstrap = await start(always, signal);
  bootstrap.send(signal);
  expect(await bootstrap.signals()).toEqual([signal]);
});

test("kill -9 of the bootstrap ends the command", async () => {
  const bootstrap = await start(always, "SIGTERM");
  bootstrap.send("SIGKILL");
  expect(await bootstrap.signals()).toEqual(["SIGTERM"]);
});

test("kill -9 of the bootstrap and its group ends the command", async () => {
  const bootstrap = await start(always, "SIGTERM");
  bootstrap.sendGroup("SIGKILL");
  expect(await bootstrap.signals()).toEqual(["SIGTERM"]);
});

test("kill -9 of the bootstrap ends what the command has started, and the stubborn with -9", async () => {
  const node = `"${process.execPath}"`;
  const bootstrap = new Bootstrap(process.execPath, [
    main,
    always,
    "sh",
    "-c",
    `${node} "${tellSignals}" SIGTERM & exec ${node} "${tellSignals}"`,
  ]);
  await bootstrap.tells("pid", 2);
  bootstrap.send("SIGKILL");
  expect(await bootstrap.signals()).toEqual(["SIGTERM", "SIGTERM"]);
});

test("kill -9 of npm ends the command", async () => {
  const npm = await startThroughNpm(always, "SIGTERM");
  npm.send("SIGKILL");
  expect(await npm.signals()).toEqual(["SIGTERM"]);
});

test("a command's exit code is the bootstrap's", async () => {
  const bootstrap = new Bootstrap(process.execPath, [main, always, "sh", "-c", "exit 7"]);
  await bootstrap.closed;
  expect(bootstrap.process.exitCode).toBe(7);
});

// Whether a process stands still is asked of /proc.
test.runIf(process.platform === "linux")("Ctrl-Z stops the command, and going on wakes it", async () => {
  const bootstrap = await start(always, "SIGTERM");
  bootstrap.send("SIGTSTP");
  await vi.waitUntil(() => stateOf(bootstrap.pid) === "T" && stateOf(bootstrap.commandPid) === "T", {
    timeout: 30_000,
  });
  bootstrap.send("SIGCONT");
  await bootstrap.tells("SIGCONT");
  bootstrap.send("SIGTERM");
  expect(await bootstrap.signals()).toEqual(["SIGCONT", "SIGTERM"]);
});

/** A bootstrap, or npm over one, in a process group of its own, and what its command prints. */
class Bootstrap {
  readonly process: ChildProcess;
  /** Comes when nobody holds the output any more: not the bootstrap, and not what it started. */
  readonly closed: Promise<unknown>;
  #output = "";

  constructor(command: string, args: readonly string[], cwd?: string) {
    this.process = spawn(command, args, {
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      ...(cwd ? { cwd } : {}),
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => (this.#output += text));
    }
    this.closed = once(this.process, "close");
    started.add(this);
  }

  get pid(): number {
    if (this.process.pid === undefined) throw new Error("it did not start");
    return this.process.pid;
  }

  get commandPid(): number {
    return Number(/^pid (\d+)$/m.exec(this.#output)?.[1]);
  }

  send(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  sendGroup(signal: NodeJS.Signals): void {
    process.kill(-this.pid, signal);
  }

  /** Waits until the command has told a word that many times. */
  async tells(word: string, times = 1): Promise<void> {
    await vi.waitUntil(() => this.#output.split(word).length > times, { timeout: 30_000 });
  }

  /** The signals that the command told, once everything is over. */
  async signals(): Promise<string[]> {
    await this.closed;
    return this.#output.match(/^SIG\w+$/gm) ?? [];
  }

  /** Leaves nothing behind, whatever the test came to. */
  async kill(): Promise<void> {
    for (const [, pid] of this.#output.matchAll(/^pid (\d+)$/gm)) kill(Number(pid));
    if (this.process.exitCode === null && this.process.signalCode === null) kill(-this.pid);
    await this.closed;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

async function start(options: string, endsAt: NodeJS.Signals): Promise<Bootstrap> {
  const bootstrap = new Bootstrap(process.execPath, [main, options, process.execPath, tellSignals, endsAt]);
  await bootstrap.tells("pid");
  return bootstrap;
}

/** As `npm run` does it, with `exec` as in our package.json. */
async function startThroughNpm(options: string, endsAt: NodeJS.Signals): Promise<Bootstrap> {
  const folder = mkdtempSync(join(tmpdir(), "bentham-npm-"));
  folders.push(folder);
  const words = [process.execPath, main, options, process.execPath, tellSignals, endsAt];
  const tell = `exec ${words.map((word) => `'${word}'`).join(" ")}`;
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, scripts: { tell } }));
  const npm = new Bootstrap("npm", ["run", "--silent", "tell"], folder);
  await npm.tells("pid");
  return npm;
}

/** The letter that /proc gives for a process: T for one that stands still. */
function stateOf(pid: number): string | undefined {
  return /^\d+ \(.*\) (\w)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1];
}
