import type { RecordedAsk } from "./ask-log.ts";
import { memberAt } from "./request-parts.ts";
import { spawnTestbed } from "../spawn-testbed.ts";
import type { ScenarioRule } from "./scenario-rule.ts";

/** Options of {@link spawnLlmServer}. */
export interface SpawnLlmServerOptions {
  /** @default one that is free */
  readonly port?: number;
  /** Keys that are accepted; others, and none, meet the vendor's 401. @default any, and none */
  readonly keys?: readonly string[];
  /** What is done with which ask. @default every ask is answered at once */
  readonly scenarios?: readonly ScenarioRule[];
}

/** What a server in another process tells of its asks. */
export interface AskReport {
  /** How many questions reached it. */
  readonly total: number;
  /** Questions that are being answered now. */
  readonly inFlight: number;
  /** Most questions that were being answered at once. */
  readonly mostInFlight: number;
  readonly asks: readonly RecordedAsk[];
}

/** A fake LLM vendor in a process of its own. Disposing it ends the process. */
export interface SpawnedLlmServer extends AsyncDisposable {
  /** Where it is; the APIs are below `/v1`. */
  readonly url: string;
  readonly pid: number;
  /** Every question so far. */
  asks(): Promise<readonly RecordedAsk[]>;
  /** Every question from the `from`th on, and what there is to count. @default 1 */
  report(from?: number): Promise<AskReport>;
  /**
   * Changes what is done with the asks to come.
   *
   * @throws TypeError when the scenarios are none.
   */
  setScenarios(rules: readonly ScenarioRule[]): Promise<void>;
  /** Kills the process with SIGKILL: a vendor that vanishes. Returns when it is gone. */
  kill(): Promise<void>;
}

/**
 * Starts a fake LLM vendor that lives on when its clients are killed, a Ctrl-C at the terminal among them, and that ends
 * with this process at the latest. Works from sources and when built.
 *
 * @throws Error when the process ends before it serves.
 */
export async function spawnLlmServer(options: SpawnLlmServerOptions = {}): Promise<SpawnedLlmServer> {
  const testbed = await spawnTestbed({ llm: options });
  const { pid, urls } = testbed;
  const url = urls.llm ?? "";
  const report = async (from = 1): Promise<AskReport> => {
    const response = await fetch(`${url}/testbed/asks?from=${from}`);
    const told: AskReport = JSON.parse(await response.text());
    return told;
  };
  return {
    url,
    pid,
    report,
    asks: async () => (await report()).asks,
    async setScenarios(rules) {
      const response = await fetch(`${url}/testbed/scenario`, { method: "POST", body: JSON.stringify(rules) });
      const told: unknown = JSON.parse(await response.text());
      if (!response.ok) throw new TypeError(String(memberAt(told, "error")));
    },
    kill: () => testbed.kill(),
    [Symbol.asyncDispose]: () => testbed[Symbol.asyncDispose](),
  };
}
