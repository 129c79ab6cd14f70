import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { getuid, platform } from "node:process";
import { promisify } from "node:util";
import { NotPossibleHere } from "../fault.ts";

const run = promisify(execFile);

/** A disk of a stated size, in memory, where a folder is. Disposing it takes it away, with all that is on it. */
export class SmallDisk implements AsyncDisposable {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * @param size As mount(8) takes it, such as `600k`.
   * @throws NotPossibleHere where this user may mount nothing.
   */
  static async mount(folder: string, size: string): Promise<SmallDisk> {
    if (platform !== "linux" || getuid?.() !== 0) throw new NotPossibleHere("only root on Linux may mount a disk");
    await mkdir(folder, { recursive: true });
    try {
      await run("mount", ["-t", "tmpfs", "-o", `size=${size},mode=0700`, "tmpfs", folder]);
    } catch (error) {
      throw new NotPossibleHere(`no disk can be mounted: ${error instanceof Error ? error.message : String(error)}`);
    }
    return new SmallDisk(folder);
  }

  /** Makes it larger or smaller; what is on it stays. */
  async resize(size: string): Promise<void> {
    await run("mount", ["-o", `remount,size=${size}`, this.#folder]);
  }

  async makeReadOnly(): Promise<void> {
    await run("mount", ["-o", "remount,ro", this.#folder]);
  }

  async makeWritable(): Promise<void> {
    await run("mount", ["-o", "remount,rw", this.#folder]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run("umount", ["-l", this.#folder]);
  }
}
