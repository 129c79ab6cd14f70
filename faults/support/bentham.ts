import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { decodeJobResult, type JobResult, type Ledger } from "@bentham/core";
import type { Breakage } from "./break-at.ts";

const main = fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url));
const breakAtModule = new URL("./break-at.ts", import.meta.url).href;

/** The environment variable that holds a desk's canary. */
export const CANARY = "CANARY";

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface Started {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** How a command is started. */
export interface StartOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** What is handed to it on standard input. @default nothing */
  readonly input?: string;
  /** What breaks in it. @default nothing */
  readonly breakAt?: Breakage;
  /** A program to start it by, and its arguments, such as `prlimit --nofile=64`. @default none */
  readonly by?: readonly string[];
}

/** A folder of a user's, with studies in it, in which `bentham` is run. */
export class Desk implements AsyncDisposable {
  readonly folder: string;
  /** A secret of its own, which every command has in the environment variable {@link CANARY}. */
  readonly canary: string = `CANARY/${randomBytes(12).toString("base64")}+"quoted"`;
  readonly #running = new Set<ChildProcess>();
  #said = "";

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(): Promise<Desk> {
    return new Desk(await mkdtemp(join(tmpdir(), "bentham-fault-")));
  }

  /** What its commands were started with, and all that they have printed. */
  get said(): string {
    return this.#said;
  }

  async write(name: string, content: string | Buffer): Promise<void> {
    await writeFile(join(this.folder, name), content);
  }

  /** Starts a command and gives it back running. */
  start(args: readonly string[], { environment = {}, input = "", breakAt, by = [] }: StartOptions = {}): Started {
    const preload = breakAt ? ["--import", breakAtModule] : [];
    const words = [...by, process.execPath, "--conditions=@bentham/source", ...preload, main, ...args];
    const child = spawn(words[0] ?? "", words.slice(1), {
      cwd: this.folder,
      env: {
        PATH: process.env["PATH"],
        HOME: this.folder,
        NO_COLOR: "1",
        [CANARY]: this.canary,
        ...handedOn("BENTHAM_CHROMIUM"),
        // Half of what starting a command costs is compiling its sources, which are always the same.
        ...handedOn("NODE_COMPILE_CACHE"),
        ...environment,
        ...(breakAt ? { BREAK_AT: JSON.stringify(breakAt) } : {}),
      },
      stdio: ["pipe", "pipe", "pipe"],
    });
    child.stdin.on("error", () => undefined).end(input); // One that is killed reads no more.
    this.#running.add(child);
    this.#said += `${argumentsOf(child)}\n`;
    return { process: child, ended: this.#end(child) };
  }

  /** Runs a command to its end. */
  run(args: readonly string[], options?: StartOptions): Promise<Ended> {
    return this.start(args, options).ended;
  }

  /** The ledger of the latest run of `study.yaml`, and the questions that it has let out. */
  async ledger(): Promise<Ledger & { readonly asks: number }> {
    const { stdout } = await this.run(["status", "study.yaml", "--json"]);
    return JSON.parse(stdout);
  }

  /** The current results of the latest run of `study.yaml`. */
  async results(): Promise<JobResult[]> {
    const { stdout } = await this.run(["export", "study.yaml"]);
    return stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => decodeJobResult(line));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#running) child.kill("SIGKILL");
    await rm(this.folder, { recursive: true, force: true });
  }

  async #end(child: ChildProcess): Promise<Ended> {
    const output = { stdout: "", stderr: "" };
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
    await once(child, "close");
    this.#running.delete(child);
    this.#said += `${output.stdout}\n${output.stderr}\n`;
    return { code: child.exitCode, signal: child.signalCode, ...output };
  }
}

/** A variable of this process for those that it starts, where it has it. */
function handedOn(name: string): NodeJS.ProcessEnv {
  const value = process.env[name];
  return value === undefined ? {} : { [name]: value };
}

/** The command line of a process, as everybody on its machine may read it; nothing once it has ended. */
function argumentsOf({ pid }: ChildProcess): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
