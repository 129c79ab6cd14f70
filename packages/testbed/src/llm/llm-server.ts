import type { RecordedAsk } from "./ask-log.ts";
import { listenOnLoopback, type LoopbackListener, type LoopbackOptions } from "./loopback-server.ts";
import type { ScenarioChoice } from "./scenario-rule.ts";
import { answerTestbed, TESTBED } from "./testbed-routes.ts";
import { Vendor, type VendorOptions } from "./vendor.ts";

/** Options of {@link startLlmServer}. */
export interface LlmServerOptions extends LoopbackOptions, VendorOptions {}

/** A fake LLM vendor. Disposing it closes every connection, and ends whatever it was doing. */
export interface LlmServer extends AsyncDisposable {
  /** Where it is; the APIs are below `/v1`. */
  readonly url: string;
  /** Every question that reached it, in order, those with a wrong key among them. */
  readonly asks: readonly RecordedAsk[];
  /** Questions that are being answered now. */
  readonly inFlight: number;
  /** Most questions that were being answered at once. */
  readonly mostInFlight: number;
  /** How often this question was asked. */
  asksOf(question: string): number;
  /**
   * Changes what is done with the asks to come.
   *
   * @throws TypeError when the scenarios are none.
   */
  setScenarios(choice: ScenarioChoice): void;
}

/**
 * Starts a server on 127.0.0.1 that speaks OpenAI's Chat Completions and Responses and Anthropic's Messages, whole and
 * streamed. What it answers is `answerTo` the question, which is the text of the user's last message.
 *
 * Disposing it rejects when the server itself failed on an ask (its scenario function threw, say): to a client that
 * looks like one more broken connection.
 *
 * @throws TypeError when the scenarios are none.
 * @throws Error EADDRINUSE when the port is taken.
 */
export async function startLlmServer(options: LlmServerOptions = {}): Promise<LlmServer> {
  const vendor = new Vendor(options);
  const open = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const listener: LoopbackListener = (request, response, reset) => {
    const isOwn = request.url?.startsWith(TESTBED);
    const work = (isOwn ? answerTestbed(request, response, vendor) : vendor.answer(request, response, reset))
      .catch((error: unknown) => {
        if (!response.destroyed) failures.push(error); // Else the client went while it was still asking.
        response.destroy();
      })
      .finally(() => open.delete(work));
    open.add(work);
  };
  const server = await listenOnLoopback(listener, options);
  const { log } = vendor;
  return {
    url: server.url,
    asks: log.asks,
    get inFlight() {
      return log.inFlight;
    },
    get mostInFlight() {
      return log.mostInFlight;
    },
    asksOf: (question) => log.asksOf(question),
    setScenarios: (choice) => vendor.setScenarios(choice),
    async [Symbol.asyncDispose]() {
      await server.close();
      await Promise.all(open);
      if (failures.length > 0) throw new AggregateError(failures, "the testbed's server failed");
    },
  };
}
