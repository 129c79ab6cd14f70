import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { vi } from "vitest";

const tools = join(import.meta.dirname, "..", "..");

/** How a bootstrap ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A bare repository with the real bootstrap, and a stand-in for npm, so that nothing comes from the network. */
export class Repository implements AsyncDisposable {
  readonly folder: string = realpathSync(mkdtempSync(join(tmpdir(), "bentham-set-up-")));
  readonly #running = new Set<ChildProcess>();

  constructor() {
    for (const path of ["with-runtime.mjs", "runtime"]) {
      cpSync(join(tools, path), join(this.folder, "tools", path), { recursive: true });
    }
    this.write("package.json", '{"private":true}');
    this.write("packages/core/package.json", '{"name":"@bentham/core"}');
    this.write("examples/package.json", '{"name":"@bentham/examples"}');
    this.write("pnpm-lock.yaml", "lockfileVersion: '9.0'");
    mkdirSync(join(this.folder, "home"));
  }

  write(file: string, content: string): void {
    mkdirSync(dirname(join(this.folder, file)), { recursive: true });
    writeFileSync(join(this.folder, file), content);
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  /** What npm and pnpm were asked to do, a line each. */
  calls(): string[] {
    return existsSync(this.path("calls")) ? readFileSync(this.path("calls"), "utf8").trimEnd().split("\n") : [];
  }

  /** Makes npm wait from now on; gives the function that lets it go on. */
  holdNpm(): () => void {
    execFileSync("mkfifo", [this.path("gate")]);
    return () => {
      writeFileSync(this.path("gate"), "go\n");
      rmSync(this.path("gate"));
    };
  }

  /** Starts `with-runtime.mjs` with a command. */
  start(command: readonly string[], environment: Readonly<Record<string, string>> = {}): Bootstrap {
    return this.#spawn([this.path("tools", "with-runtime.mjs"), ...command], environment);
  }

  run(command: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Ended> {
    return this.start(command, environment).ended;
  }

  /** Sets up under a Node that says it is of another version. */
  setUpUnder(nodeVersion: string, environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const main = join(tools, "test", "support", "set-up-main.mjs");
    return this.#spawn([main, this.folder, nodeVersion], environment).ended;
  }

  #spawn(args: readonly string[], environment: Readonly<Record<string, string>>): Bootstrap {
    const child = spawn(process.execPath, args, {
      cwd: this.path("packages"),
      env: {
        PATH: `${join(tools, "test", "support", "bin")}:/usr/bin:/bin`,
        HOME: this.path("home"),
        CALLS: this.path("calls"),
        GATE: this.path("gate"),
        FAKE_NODE: process.execPath,
        FAKE_NODE_PACKAGE: "node-for-nothing",
        ...environment,
      },
    });
    this.#running.add(child);
    return new Bootstrap(child);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const running = [...this.#running].filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
    await Promise.all(running.map((child) => (child.kill("SIGKILL"), once(child, "close"))));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A bootstrap that runs. */
export class Bootstrap {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  #stdout = "";
  #stderr = "";

  constructor(child: ChildProcess) {
    this.process = child;
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (this.#stdout += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.#stderr += text));
    this.ended = once(child, "close").then(() => ({
      code: child.exitCode,
      stdout: this.#stdout,
      stderr: this.#stderr,
    }));
  }

  /** Waits until it has said something to the user. */
  async says(text: string): Promise<void> {
    await vi.waitUntil(() => this.#stderr.includes(text), { timeout: 30_000 });
  }
}
