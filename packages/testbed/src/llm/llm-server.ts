import { once } from "node:events";
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { answerTo } from "./answer-to.ts";
import { anthropicMessages } from "./anthropic-messages.ts";
import { openaiChat } from "./openai-chat.ts";
import { openaiResponses } from "./openai-responses.ts";
import { playScenario } from "./play-scenario.ts";
import { sendJson } from "./send-json.ts";
import { type ScenarioRule, scenarioFor } from "./scenario.ts";
import type { Wire } from "./wire.ts";

const WIRES: readonly Wire[] = [openaiChat, openaiResponses, anthropicMessages];

/** One question that reached a server. */
export interface RecordedAsk {
  readonly question: string;
  readonly wire: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** What was done with it. */
  readonly scenario: string;
}

/** Options of {@link startLlmServer}. */
export interface LlmServerOptions {
  /** Keys that are accepted. @default any, and none */
  readonly keys?: readonly string[];
  readonly scenarios?: readonly ScenarioRule[];
  /** Serve https with this certificate and key (PEM). @default http */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** A server that speaks the wires of OpenAI and Anthropic, on a port of its own on loopback. */
export interface LlmServer extends AsyncDisposable {
  readonly url: string;
  /** Every question that came with a key that is accepted, in order. */
  readonly asks: readonly RecordedAsk[];
  /** Most questions that were being answered at once. */
  readonly mostInFlight: number;
  asksOf(question: string): number;
  setScenarios(rules: readonly ScenarioRule[]): void;
}

/** Starts a fake LLM vendor. What it answers is {@link answerTo}; what else it may do are its scenarios. */
export async function startLlmServer(options: LlmServerOptions = {}): Promise<LlmServer> {
  const { keys, tls } = options;
  let rules = options.scenarios ?? [];
  const asks: RecordedAsk[] = [];
  const counts = new Map<string, number>();
  let inFlight = 0;
  let mostInFlight = 0;

  const answer = async (wire: Wire, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const id = String(asks.length + 1).padStart(6, "0");
    const key = wire.keyOf(request.headers);
    const ask = wire.read(parse(await bodyOf(request)));
    if (keys && (key === undefined || !keys.includes(key))) {
      return sendJson(response, 401, wire.error(401, "invalid_api_key", "Incorrect API key provided."), id);
    }
    if (!ask) return sendJson(response, 400, wire.error(400, "invalid_request", "There is no question in it."), id);
    const nthOfQuestion = (counts.get(ask.question) ?? 0) + 1;
    counts.set(ask.question, nthOfQuestion);
    const scenario = scenarioFor(rules, { question: ask.question, nth: asks.length + 1, nthOfQuestion });
    asks.push({ question: ask.question, wire: wire.name, at: Date.now(), scenario: scenario.kind });
    mostInFlight = Math.max(mostInFlight, ++inFlight);
    try {
      await playScenario(scenario, { wire, ask, id, text: answerTo(ask.question), response });
    } finally {
      inFlight -= 1;
    }
  };

  const listener: RequestListener = (request, response) => {
    const path = request.url?.split("?")[0];
    if (path === "/testbed/asks") return sendJson(response, 200, { asks, mostInFlight }, "testbed");
    const wire = WIRES.find((known) => known.path === path);
    if (!wire || request.method !== "POST") return sendJson(response, 404, { error: { message: "not found" } }, "none");
    answer(wire, request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  };

  const server = tls ? createHttpsServer(tls, listener) : createHttpServer(listener);
  const port = await listen(server);
  return {
    url: `${tls ? "https" : "http"}://127.0.0.1:${port}`,
    asks,
    get mostInFlight() {
      return mostInFlight;
    },
    asksOf: (question) => counts.get(question) ?? 0,
    setScenarios: (wanted) => void (rules = wanted),
    [Symbol.asyncDispose]: () => close(server),
  };
}

async function listen(server: Server): Promise<number> {
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the server has no port");
  return address.port;
}

async function close(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // It holds no question, and is answered so.
  }
}
