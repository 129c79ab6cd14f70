import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { type Input, runCommandLine } from "@bentham/cli";

/** What a command printed, and how it ended. */
export interface Printed {
  readonly exitCode: number;
  readonly out: string;
  readonly told: string;
}

/** A folder in which commands are run within this process. */
export class CommandDesk implements AsyncDisposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(): Promise<CommandDesk> {
    return new CommandDesk(await mkdtemp(join(tmpdir(), "bentham-cli-")));
  }

  async write(name: string, content: string): Promise<void> {
    await writeFile(join(this.folder, name), content);
  }

  /** Writes a study of `questions` queries for the server at `url`. @param more Lines of the study. @param pool Its credential. */
  async writeStudy(url: string, questions: number, more = "", pool?: string): Promise<void> {
    const credential = pool === undefined ? "" : `, credential: ${pool}`;
    const queries = Array.from(
      { length: questions },
      (_, index) => `  - { id: q${index + 1}, text: "Why ${index + 1}?" }`,
    );
    await this.write("bentham.config.yaml", "allowPrivate: true\n");
    await this.write(
      "study.yaml",
      `name: study\nqueries:\n${queries.join("\n")}\nsurfaces:\n  - { id: llm, adapter: openai-compatible, baseURL: "${url}/v1", model: small${credential} }\n${more}`,
    );
  }

  async run(
    args: readonly string[],
    environment: NodeJS.ProcessEnv = {},
    typed: string | Input = "",
  ): Promise<Printed> {
    const out: string[] = [];
    const told: string[] = [];
    const exitCode = await runCommandLine(args, {
      terminal: {
        out: (line) => void out.push(line),
        tell: (line) => void told.push(line),
        columns: 100,
        bold: (text) => text,
        dim: (text) => text,
      },
      input: typeof typed === "string" ? Readable.from([Buffer.from(typed)]) : typed,
      environment: { HOME: this.folder, ...environment },
      currentFolder: this.folder,
      signals: { on: () => undefined, off: () => undefined },
    });
    return { exitCode, out: out.join("\n"), told: told.join("\n") };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
