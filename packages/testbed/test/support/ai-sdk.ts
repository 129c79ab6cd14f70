import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

/** As much of an answer of the AI SDK as the tests look at. */
export interface Generated {
  readonly text: string;
  readonly finishReason: string;
  readonly rawFinishReason?: string;
  readonly usage: { readonly inputTokens?: number; readonly outputTokens?: number; readonly totalTokens?: number };
  readonly response: { readonly id: string; readonly modelId: string; readonly headers?: Record<string, string> };
}

/** As much of an error of the AI SDK as the tests look at. */
export interface ApiCallError extends Error {
  readonly statusCode?: number;
  readonly responseHeaders?: Record<string, string>;
  readonly responseBody?: string;
  readonly data?: { readonly error?: { readonly code?: string; readonly type?: string; readonly message?: string } };
}

/** As much of a stream of the AI SDK as the tests look at. */
interface Streamed {
  readonly fullStream: AsyncIterable<{ readonly type: string; readonly error?: unknown }>;
  readonly text: PromiseLike<string>;
  readonly finishReason: PromiseLike<string>;
  readonly usage: PromiseLike<Generated["usage"]>;
}

interface Call {
  readonly model: unknown;
  readonly prompt: string;
  readonly maxRetries: number;
  readonly maxOutputTokens: number;
}

interface AiSdk {
  generateText(call: Call): Promise<Generated>;
  streamText(call: Call & { readonly onError: (event: unknown) => void }): Streamed;
}

type Vendor = (settings: {
  baseURL: string;
  apiKey: string;
  name?: string;
}) => Readonly<Record<"chat" | "responses" | "messages" | "chatModel", (model: string) => unknown>>;

// An independent client of the wires. It is a dependency of another package alone, and looked up from there.
const { resolve } = createRequire(new URL("../../../surface-adapters/package.json", import.meta.url));

async function load<Module>(name: string): Promise<Module> {
  return import(pathToFileURL(resolve(name)).href);
}

const ai = await load<AiSdk>("ai");
const { createOpenAI } = await load<{ createOpenAI: Vendor }>("@ai-sdk/openai");
const { createAnthropic } = await load<{ createAnthropic: Vendor }>("@ai-sdk/anthropic");
const { createOpenAICompatible } = await load<{ createOpenAICompatible: Vendor }>("@ai-sdk/openai-compatible");

const MODELS = {
  "openai-chat": (settings: Parameters<Vendor>[0]): unknown => createOpenAI(settings).chat("small"),
  "openai-responses": (settings: Parameters<Vendor>[0]): unknown => createOpenAI(settings).responses("small"),
  "anthropic-messages": (settings: Parameters<Vendor>[0]): unknown => createAnthropic(settings).messages("small"),
  "openai-compatible": (settings: Parameters<Vendor>[0]): unknown =>
    createOpenAICompatible({ ...settings, name: "compatible" }).chatModel("small"),
};

/** The clients: one for each wire, and another for the most spoken one. */
export const CLIENTS: readonly (keyof typeof MODELS)[] = [
  "openai-chat",
  "openai-responses",
  "anthropic-messages",
  "openai-compatible",
];

function callOf(url: string, client: keyof typeof MODELS, prompt: string, apiKey: string): Call {
  return { model: MODELS[client]({ baseURL: `${url}/v1`, apiKey }), prompt, maxRetries: 0, maxOutputTokens: 1024 };
}

/** Asks for a whole answer. */
export function generate(url: string, client: keyof typeof MODELS, prompt: string, key = "key"): Promise<Generated> {
  return ai.generateText(callOf(url, client, prompt, key));
}

/** Asks for a streamed answer, and reads it to its end, with the errors on the way. */
export async function stream(
  url: string,
  client: keyof typeof MODELS,
  prompt: string,
): Promise<{ text: string; finishReason: string; usage: Generated["usage"]; errors: unknown[] }> {
  const streamed = ai.streamText({ ...callOf(url, client, prompt, "key"), onError: () => {} });
  const errors: unknown[] = [];
  for await (const part of streamed.fullStream) if (part.type === "error") errors.push(part.error);
  return {
    text: await streamed.text,
    finishReason: await streamed.finishReason,
    usage: await streamed.usage,
    errors,
  };
}

/** The error that asking ends with. */
export async function errorOf(asking: Promise<unknown>): Promise<ApiCallError> {
  try {
    await asking;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error("it did not fail");
}
