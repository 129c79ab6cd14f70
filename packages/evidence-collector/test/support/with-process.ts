import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/**
 * Runs a TypeScript file in a process of its own, waits until it has written `word` to its output, runs `use`, and kills
 * the process as a power cut would.
 */
export async function withProcess(
  file: string,
  args: readonly string[],
  word: string,
  use: () => Promise<void> = async () => undefined,
): Promise<void> {
  const child = spawn(process.execPath, ["--conditions=@bentham/source", file, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  try {
    await heard(child, word);
    await use();
  } finally {
    child.kill("SIGKILL");
    await exited;
  }
}

async function heard(child: ChildProcess, word: string): Promise<void> {
  let text = "";
  for await (const chunk of child.stdout ?? []) {
    text += chunk;
    if (text.includes(word)) return;
  }
  throw new Error(`the process ended without "${word}": ${text}`);
}
