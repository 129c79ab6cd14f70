import type { ChatServerOptions } from "./chat/start-chat-server.ts";
import type { LlmServerOptions } from "./llm/llm-server.ts";
import type { ScenarioRule } from "./llm/scenario-rule.ts";
import type { ProxyOptions } from "./proxy/start-proxy.ts";

/** The servers of one process, each there when it has options. Plain JSON. */
export interface TestbedParts {
  readonly llm?: Pick<LlmServerOptions, "port" | "keys" | "tls"> & { readonly scenarios?: readonly ScenarioRule[] };
  readonly chat?: Omit<ChatServerOptions, "clock">;
  readonly proxy?: Omit<ProxyOptions, "clock">;
}

/** Where each of the servers is. */
export type TestbedUrls = { readonly [Part in keyof TestbedParts]?: string };
