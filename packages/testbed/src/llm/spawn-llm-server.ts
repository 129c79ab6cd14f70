import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { LlmServerOptions, RecordedAsk } from "./llm-server.ts";
import type { ScenarioRule } from "./scenario.ts";

/** A fake LLM vendor in a process of its own. Disposing it ends the process. */
export interface SpawnedLlmServer extends AsyncDisposable {
  readonly url: string;
  /** Every question so far. */
  asks(): Promise<readonly RecordedAsk[]>;
  setScenarios(rules: readonly ScenarioRule[]): Promise<void>;
}

/** Starts a fake LLM vendor that survives its clients, and ends with this process at the latest. */
export async function spawnLlmServer(options: Omit<LlmServerOptions, "tls"> = {}): Promise<SpawnedLlmServer> {
  const own = fileURLToPath(import.meta.url);
  const main = own.replace(/spawn-llm-server\.(ts|js)$/, "serve-main.$1");
  // From its sources a package finds the others' sources, as it does in the repository; built, it finds them built.
  const conditions = main.endsWith(".ts") ? ["--conditions=@bentham/source"] : [];
  const child = spawn(process.execPath, [...conditions, main], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const send = async (message: object): Promise<string> => {
    child.stdin.write(`${JSON.stringify(message)}\n`);
    const { value } = await lines.next();
    if (typeof value !== "string") throw new Error("the testbed's server ended before it had an address");
    return JSON.parse(value).url;
  };
  const url = await send(options);
  return {
    url,
    async asks() {
      const response = await fetch(`${url}/testbed/asks`);
      const told: { asks: RecordedAsk[] } = JSON.parse(await response.text());
      return told.asks;
    },
    async setScenarios(scenarios) {
      await send({ scenarios });
    },
    [Symbol.asyncDispose]: () => end(child),
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.stdin?.end();
  await exited;
}
