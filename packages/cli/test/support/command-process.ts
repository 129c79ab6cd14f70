import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { CommandDesk } from "./command-desk.ts";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

/** A command in a process of its own, killed when it is disposed of. */
export class CommandProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  #told = "";

  constructor(desk: CommandDesk, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    this.#child = spawn(process.execPath, ["--conditions=@bentham/source", main, ...args], {
      cwd: desk.folder,
      env: { PATH: process.env["PATH"], HOME: desk.folder, ...compileCache(), ...environment },
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#exited = once(this.#child, "exit");
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.#told += text));
  }

  /** Resolves once it has told something. */
  async untilTold(text: string): Promise<void> {
    await until(() => this.#told.includes(text));
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Its exit code, once it has ended. */
  async exitCode(): Promise<number | null> {
    await this.#exited;
    return this.#child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill("SIGKILL");
    await this.#exited;
  }
}

/** Half of what starting a command costs is compiling its sources, which are always the same. */
export function compileCache(): NodeJS.ProcessEnv {
  const { NODE_COMPILE_CACHE: folder } = process.env;
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder };
}

/** Resolves once something holds. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
