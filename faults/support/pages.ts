import { join } from "node:path";
import { type ChatRule, type ChatServer, processesMarked, startChatServer } from "@bentham/testbed";
import type { Desk } from "./bentham.ts";
import { expectEqual } from "./check.ts";
import { type Scheme, servedOver } from "./schemes.ts";

/** The testbed's chat page, as a user would define it. */
const DEFINITION = `name: chat-page
version: "1"
consent:
  banner: ["[data-testid=consent]"]
  reject: ["[data-testid=consent] button:nth-of-type(2)"]
composer: ["[data-testid=composer]"]
send: ["[data-testid=send]"]
answer: ["[data-testid=turn][data-role=assistant]"]
answerText: [".answer"]
busy: ["[data-testid=stop]"]
done: ["[data-testid=copy]"]
askPath: /api/ask
`;

/** A study of a chat page. */
export interface PageStudyOptions {
  readonly chat: ChatServer;
  readonly questions: readonly string[];
  readonly concurrency?: number;
  readonly locations?: readonly string[];
  /** Longest time of one attempt, in milliseconds. @default 30000 */
  readonly timeout?: number;
  readonly maxRetries?: number;
  /** Lines of YAML to add to the list of surfaces. */
  readonly surfaces?: string;
  /** The pool of the page's accounts. @default it is asked without one */
  readonly credential?: string;
  /** Lines of YAML to add to the page's definition. @default none */
  readonly more?: string;
  /** Lines of YAML to add to the configuration. */
  readonly configuration?: string;
}

/** Starts a chat, and leaves the certificate of the authority that vouches for it over https on the desk. */
export async function startChat(
  desk: Desk,
  scenarios: readonly ChatRule[] = [],
  scheme: Scheme = "https",
): Promise<ChatServer> {
  return startChatServer({ ...(await servedOver(desk, scheme)), scenarios });
}

/** Puts a study of a chat page on the desk; nobody is imitated, so that it is quick. */
export async function writePageStudy(desk: Desk, options: PageStudyOptions): Promise<void> {
  const { chat, questions, concurrency = 2, locations = ["direct"], timeout = 30_000, maxRetries = 3 } = options;
  const lines = questions.map((text, index) => JSON.stringify({ id: `q${index + 1}`, text }));
  await desk.write("questions.jsonl", `${lines.join("\n")}\n`);
  await desk.write("chat-page.yaml", `${DEFINITION}${options.more ?? ""}`);
  const credential = options.credential === undefined ? "" : `, credential: ${options.credential}`;
  await desk.write(
    "bentham.config.yaml",
    `allowPrivate: true
authorities: [authority.pem]
webSurfaces: [chat-page.yaml]
worker: { timeout: ${timeout} }
${options.configuration ?? ""}
`,
  );
  await desk.write(
    "study.yaml",
    `name: pages
queries: { file: questions.jsonl }
surfaces:
  - { id: chat-page, baseURL: "${chat.url}"${credential} }
${options.surfaces ?? ""}
locations: [${locations.join(", ")}]
concurrency: ${concurrency}
limits: { chat-page: { concurrency: ${concurrency} } }
retry: { maxRetries: ${maxRetries}, baseDelay: 100, maxDelay: 500 }
human: false
`,
  );
}

/** Nothing of a browser is left: neither a process nor a file. */
export async function checkNothingLeft(desk: Desk, filesIn: (folder: string) => Promise<string[]>): Promise<void> {
  const run = join(desk.folder, ".bentham", "run");
  expectEqual("processes left", (await processesMarked(run)).length, 0);
  expectEqual("files left in run/", await filesIn(run), []);
}
