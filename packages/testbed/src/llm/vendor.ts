import type { IncomingMessage, ServerResponse } from "node:http";
import { type Clock, systemClock } from "@bentham/core";
import { anthropicMessages } from "./anthropic-messages.ts";
import { AskLog, type RecordedAsk } from "./ask-log.ts";
import { checkRules } from "./check-rules.ts";
import { modelList } from "./model-list.ts";
import { openaiChat } from "./openai-chat.ts";
import { openaiResponses } from "./openai-responses.ts";
import { playScenario } from "./play-scenario.ts";
import { parseJson, readBody } from "./read-body.ts";
import { type AskFacts, type ScenarioChoice, scenarioFor } from "./scenario-rule.ts";
import type { Scene } from "./scene.ts";
import { sendTrouble, sendWhole } from "./send.ts";
import { isAsk, type Stamp, type Wire, type WireAsk } from "./wire.ts";

const WIRES: readonly Wire[] = [openaiChat, openaiResponses, anthropicMessages];

/** Options of {@link Vendor}. */
export interface VendorOptions {
  /** Keys that are accepted; others, and none, meet the vendor's 401. @default any, and none */
  readonly keys?: readonly string[] | undefined;
  /** What is done with which ask. @default every ask is answered at once */
  readonly scenarios?: ScenarioChoice | undefined;
  /** Tells the time of asks, and makes the delays of scenarios. @default the real one */
  readonly clock?: Clock | undefined;
}

/** Answers the requests of one server, and keeps its books. */
export class Vendor {
  readonly log: AskLog<Omit<RecordedAsk, "outcome">> = new AskLog();
  readonly #keys: readonly string[] | undefined;
  readonly #clock: Clock;
  #choice: ScenarioChoice = [];
  #requests = 0;

  /** @throws TypeError when the scenarios are none. */
  constructor({ keys, scenarios = [], clock = systemClock }: VendorOptions) {
    this.#keys = keys;
    this.#clock = clock;
    this.setScenarios(scenarios);
  }

  /** @throws TypeError when the scenarios are none. */
  setScenarios(choice: ScenarioChoice): void {
    if (typeof choice !== "function") checkRules(choice);
    this.#choice = choice;
  }

  /** Answers a request. Resolves when nothing more is to be done about it. */
  async answer(request: IncomingMessage, response: ServerResponse, reset: () => void): Promise<void> {
    const { method = "", url = "", headers } = request;
    const [path = ""] = url.split("?");
    const wire = WIRES.find((known) => known.path === path);
    if (wire && method === "POST") return this.#answerAsk(wire, request, response, reset);
    const speaker = headers["anthropic-version"] === undefined ? openaiChat : anthropicMessages;
    const stage = { wire: speaker, stamp: this.#stamp(), response };
    if (path !== "/v1/models" || method !== "GET") {
      return sendTrouble(stage, { status: 404, message: `Invalid URL (${method} ${path})` });
    }
    if (!this.#accepts(speaker.keyOf(headers))) return sendTrouble(stage, { status: 401 });
    sendWhole(stage, 200, JSON.stringify(modelList(headers)));
  }

  async #answerAsk(wire: Wire, request: IncomingMessage, response: ServerResponse, reset: () => void): Promise<void> {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const ask = wire.read(parseJson(await readBody(request)), request.headers);
    const stamp = this.#stamp();
    const stage = { wire, stamp, response };
    const key = wire.keyOf(request.headers);
    const isAccepted = this.#accepts(key);
    if (!isAsk(ask)) return sendTrouble(stage, isAccepted ? ask : { status: 401 });

    const facts = this.#factsOf(wire, ask, key);
    if (!isAccepted) {
      this.log.begin({ ...facts, at: stamp.now, scenario: "unauthorized" })("done");
      return sendTrouble(stage, { status: 401 });
    }
    const scenario = scenarioFor(this.#choice, facts);
    const end = this.log.begin({ ...facts, at: stamp.now, scenario: scenario.kind });
    const scene: Scene = { ...stage, ask, clock: this.#clock, gone: gone.signal, reset };
    try {
      end(await playScenario(scenario, scene));
    } catch (error) {
      end("gone");
      throw error;
    }
  }

  #factsOf({ name: wire }: Wire, { question, model }: WireAsk, key: string | undefined): AskFacts {
    const keyIndex = this.#keys?.findIndex((known) => known === key);
    return {
      question,
      model,
      wire,
      nth: this.log.asks.length + 1,
      nthOfQuestion: this.log.asksOf(question) + 1,
      keyIndex: keyIndex === -1 ? undefined : keyIndex,
    };
  }

  #accepts(key: string | undefined): boolean {
    return !this.#keys || (key !== undefined && this.#keys.includes(key));
  }

  #stamp(): Stamp {
    this.#requests += 1;
    return { id: String(this.#requests).padStart(12, "0"), now: this.#clock.now() };
  }
}
