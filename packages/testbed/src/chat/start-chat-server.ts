import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Clock, systemClock } from "@bentham/core";
import { AskLog } from "../llm/ask-log.ts";
import { listenOnLoopback, type LoopbackOptions } from "../llm/loopback-server.ts";
import { CHALLENGE_HEADERS } from "../llm/pages.ts";
import { parseJson, readBody } from "../llm/read-body.ts";
import { memberAt } from "../llm/request-parts.ts";
import {
  type ChatAskFacts,
  type ChatChallenge,
  type ChatDocument,
  type ChatRule,
  type ChatScenario,
  chatScenarioFor,
} from "./chat-scenario.ts";
import { CHALLENGE_DOCUMENT, chatDocument, LOCKED_DOCUMENT, LOGIN_DOCUMENT, passableChallenge } from "./documents.ts";
import { PAGE_SCRIPT, readPageFiles } from "./page-files.ts";
import { playChatScenario } from "./play-chat-scenario.ts";

/** Options of {@link startChatServer}. */
export interface ChatServerOptions extends LoopbackOptions {
  /** Where the question is typed: a text field, or an editor that keeps a text of its own. @default "textarea" */
  readonly composer?: "textarea" | "contenteditable" | undefined;
  /** What is done with which question. @default every one is answered at once */
  readonly scenarios?: readonly ChatRule[] | undefined;
  /** What stands where the chat should. @default "chat" */
  readonly document?: ChatDocument | undefined;
  /** A check that stands before the chat until a person has passed it. @default nobody is checked */
  readonly challenge?: ChatChallenge | undefined;
  /** Tells the time of asks, and makes the delays of scenarios. @default the real one */
  readonly clock?: Clock | undefined;
}

/** One question that reached a chat. */
export interface ChatAsk extends ChatAskFacts {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly scenario: ChatScenario["kind"];
  /** `open` while it is being answered, `done` when all of the scenario was done, `gone` when the client left before. */
  readonly outcome: "open" | "done" | "gone";
}

/** A chat page and its server. Disposing it closes every connection. */
export interface ChatServer extends AsyncDisposable {
  /** Where it is; the page is at its root. */
  readonly url: string;
  /** Every question that reached it, in order. */
  asks(): readonly ChatAsk[];
  /** How often this question was asked. */
  asksOf(question: string): number;
  /** What was last answered to each question, as far as it was sent: Markdown. See `markdownAsShown`. */
  readonly answers: ReadonlyMap<string, string>;
  /** The cookies and CSRF values that it has handed out so far. */
  secretsSeen(): readonly string[];
  setScenarios(rules: readonly ChatRule[]): void;
  /** Changes what stands where the chat should, for visits to come. */
  setDocument(document: ChatDocument): void;
  /** Changes who is checked, for visits to come; who has passed need not do it again. */
  setChallenge(challenge: ChatChallenge | undefined): void;
  /** How often the check was shown, and how often it was passed. */
  readonly checks: { readonly shown: number; readonly passed: number };
}

/**
 * Starts a chat on 127.0.0.1, as a web page with streamed answers.
 *
 * @throws Error EADDRINUSE when the port is taken.
 */
export async function startChatServer(options: ChatServerOptions = {}): Promise<ChatServer> {
  const { composer = "textarea", clock = systemClock, tls } = options;
  let { scenarios = [], document = "chat", challenge } = options;
  const files = await readPageFiles();
  const log = new AskLog<Omit<ChatAsk, "outcome">>();
  const answers = new Map<string, string>();
  const sessions = new Map<string, string>();
  const open = new Set<Promise<void>>();
  const failures: unknown[] = [];
  /** Cookies of browsers that have passed, and for how many visits they are good. */
  const passes = new Map<string, number>();
  const checks = { shown: 0, passed: 0 };
  let visits = 0;
  const flags = tls ? "; Secure" : "";

  const isChecked = (request: IncomingMessage, { accounts, from = 1, language = "" }: ChatChallenge): boolean => {
    const account = cookieIn(request, "account");
    if (!(request.headers["accept-language"] ?? "").startsWith(language)) return false;
    if (visits < from || (accounts && !accounts.includes(account ?? ""))) return false;
    const shown = cookieIn(request, "pass") ?? "";
    const left = passes.get(shown) ?? 0;
    passes.set(shown, left - 1);
    return left <= 0;
  };
  const pass = async (_: IncomingMessage, response: ServerResponse): Promise<void> => {
    const value = randomBytes(16).toString("hex");
    // What IndexedDB keeps is shown anew with every visit; the cookie does not outlive it.
    passes.set(value, challenge?.keptIn === "indexedDB" ? 1 : Infinity);
    checks.passed += 1;
    response
      .writeHead(204, { "set-cookie": `pass=${value}; HttpOnly; SameSite=Lax; Path=/; Max-Age=86400${flags}` })
      .end();
  };
  const signIn = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const name = new URLSearchParams(await readBody(request)).get("name") ?? "";
    const account = `account=${encodeURIComponent(name)}; HttpOnly; SameSite=Lax; Path=/; Max-Age=86400${flags}`;
    response.writeHead(303, { location: "/", ...(name === "" ? {} : { "set-cookie": account }) }).end();
  };

  const sendDocument = (request: IncomingMessage, response: ServerResponse): void => {
    visits += 1;
    if (challenge && isChecked(request, challenge)) {
      checks.shown += 1;
      response.writeHead(200, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
      return void response.end(passableChallenge(challenge.keptIn ?? "cookie"));
    }
    if (document === "challenge") return void response.writeHead(403, CHALLENGE_HEADERS).end(CHALLENGE_DOCUMENT);
    const session = randomBytes(16).toString("hex");
    const csrf = randomBytes(16).toString("hex");
    sessions.set(session, csrf);
    response.writeHead(200, {
      "content-type": "text/html; charset=utf-8",
      "set-cookie": `session=${session}; HttpOnly; SameSite=Lax; Path=/${flags}`,
    });
    const asksConsent = cookieIn(request, "consent") === undefined;
    const isChanged = document === "no-composer";
    const chat = chatDocument({ composer, csrf, asksConsent, isChanged, script: PAGE_SCRIPT });
    const isSignedOut = document === "login" && cookieIn(request, "account") === undefined;
    if (document === "locked") return void response.end(LOCKED_DOCUMENT);
    response.end(document === "login-wall" || isSignedOut ? LOGIN_DOCUMENT : chat);
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const question = memberAt(parseJson(await readBody(request)), "question");
    if (typeof question !== "string") return void response.writeHead(400).end();
    const csrf = sessions.get(cookieIn(request, "session") ?? "");
    if (csrf === undefined || request.headers["x-csrf-token"] !== csrf) return void response.writeHead(403).end();
    const facts = { question, nth: log.asks.length + 1, nthOfQuestion: log.asksOf(question) + 1 };
    const scenario = chatScenarioFor(scenarios, facts);
    const end = log.begin({ ...facts, at: clock.now(), scenario: scenario.kind });
    const said = (text: string): void => void answers.set(question, text);
    said("");
    try {
      await playChatScenario(scenario, { question, response, clock, gone: gone.signal, said });
      end("done");
    } catch (error) {
      end("gone");
      if (!gone.signal.aborted && !response.destroyed) throw error;
    }
  };

  const server = await listenOnLoopback((request, response) => {
    const path = request.url?.split("?")[0] ?? "";
    const file = files.get(path);
    if (file) return void response.writeHead(200, { "content-type": file.type }).end(file.body);
    if (path === "/") return sendDocument(request, response);
    const post =
      request.method === "POST" ? { "/api/ask": answer, "/api/login": signIn, "/api/pass": pass }[path] : undefined;
    if (!post) return void response.writeHead(404).end();
    const work = post(request, response)
      .catch((error: unknown) => {
        if (!response.destroyed) failures.push(error);
        response.destroy();
      })
      .finally(() => open.delete(work));
    open.add(work);
  }, options);
  return {
    url: server.url,
    asks: () => log.asks,
    asksOf: (question) => log.asksOf(question),
    answers,
    secretsSeen: () => [...sessions].flat(),
    setScenarios(rules) {
      scenarios = rules;
    },
    setDocument(next) {
      document = next;
    },
    setChallenge(next) {
      challenge = next;
    },
    checks,
    async [Symbol.asyncDispose]() {
      await server.close();
      await Promise.all(open);
      if (failures.length > 0) throw new AggregateError(failures, "the testbed's chat failed");
    },
  };
}

function cookieIn(request: IncomingMessage, name: string): string | undefined {
  const cookies = (request.headers.cookie ?? "").split("; ");
  return cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1);
}
