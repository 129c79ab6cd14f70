import { resolve } from "node:path";
import type { Input } from "./read-secret.ts";
import type { Terminal } from "./terminal.ts";

/** What a command works with. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** What is handed to the command, such as a credential. Touched by those who read it alone. */
  readonly input: Input;
  readonly environment: NodeJS.ProcessEnv;
  /** The folder that the user stands in; relative paths start there. */
  readonly currentFolder: string;
  /** Where SIGINT and SIGTERM are heard. */
  readonly signals: SignalSource;
}

/** Something that tells of signals: a process. */
export interface SignalSource {
  on(signal: "SIGINT" | "SIGTERM", listener: () => void): unknown;
  off(signal: "SIGINT" | "SIGTERM", listener: () => void): unknown;
}

/** Options that every verb has. */
export interface CommonOptions {
  /** The data folder. @default BENTHAM_DIR, or `.bentham` in the current folder */
  readonly dir?: string;
  /** The operator's configuration. @default bentham.config.yaml beside the study */
  readonly config?: string;
  readonly json?: boolean;
  readonly allowPrivate?: boolean;
  /** Where events are logged: a file, or `stderr`. @default BENTHAM_LOG, or what the configuration says */
  readonly log?: string;
}

/** The data folder that a command is about. */
export function dataFolder(context: CommandContext, options: CommonOptions): string {
  return resolve(context.currentFolder, options.dir ?? (context.environment["BENTHAM_DIR"] || ".bentham"));
}

/** Where a command logs events; nothing where neither it nor its environment says. */
export function logTarget(context: CommandContext, options: CommonOptions): string | undefined {
  const target = options.log ?? context.environment["BENTHAM_LOG"];
  if (target === undefined || target === "") return undefined;
  return target === "stderr" ? target : resolve(context.currentFolder, target);
}
