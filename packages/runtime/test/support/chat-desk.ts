import { join } from "node:path";
import type { Job, JobResult, SessionPool } from "@bentham/core";
import { createEvidenceCollector } from "@bentham/evidence-collector";
import { createExecutor, type Executor } from "@bentham/executor";
import { createProxyManager, type Location } from "@bentham/proxy-manager";
import { createSessionPool } from "@bentham/session-pool";
import { createAdapterRegistry, createWebAdapter, type WebDefinition } from "@bentham/surface-adapters";
import {
  aJob,
  type Authority,
  type ChatServer,
  type ChatServerOptions,
  createAuthority,
  startChatServer,
} from "@bentham/testbed";
import { createValidator } from "@bentham/validator";
import { software } from "../../src/software.ts";

/** The testbed's chat page. */
const CHAT_PAGE: WebDefinition = {
  name: "chat-page",
  version: "1",
  consent: { banner: ["[data-testid=consent]"], reject: ["[data-testid=consent] button:nth-of-type(2)"] },
  composer: ["[data-testid=composer]"],
  send: ["[data-testid=send]", "key:Enter"],
  answer: ["[data-testid=turn][data-role=assistant]"],
  answerText: [".answer"],
  busy: ["[data-testid=stop]"],
  done: ["[data-testid=copy]"],
  citations: [".sources a"],
  login: ["[data-testid=login]"],
  askPath: "/api/ask",
};

/** Everything that asks the chat page, over https, and the page. */
export interface ChatDesk extends AsyncDisposable {
  readonly chat: ChatServer;
  readonly executor: Executor;
  /** Where the bags are. */
  readonly evidence: string;
  /** Asks a question once, without imitation of people unless the job says so. */
  readonly ask: (question: string, job?: Partial<Job>, timeout?: number) => Promise<JobResult>;
}

/** What desks may share: browsers, and the authority that the pages they visit are certified by. */
export interface Browsers extends AsyncDisposable {
  readonly authority: Authority;
  readonly sessionPool: SessionPool;
}

/** Browsers that run in `folder`; one is started with the first question, and serves those after it. */
export async function openBrowsers(folder: string): Promise<Browsers> {
  const authority = await createAuthority();
  const sessionPool = createSessionPool({ folder: join(folder, "run"), authorities: [authority.certificate] });
  return { authority, sessionPool, [Symbol.asyncDispose]: () => sessionPool[Symbol.asyncDispose]() };
}

/** Options of {@link openChatDesk}. */
export interface ChatDeskOptions extends Pick<ChatServerOptions, "composer" | "scenarios" | "document"> {
  readonly folder: string;
  readonly locations?: Readonly<Record<string, Location>>;
  /** Browsers of somebody else's, who ends them. @default of its own */
  readonly browsers?: Browsers | undefined;
}

export async function openChatDesk(options: ChatDeskOptions): Promise<ChatDesk> {
  const { folder, locations, browsers, ...chatOptions } = options;
  await using made = new AsyncDisposableStack();
  const { authority, sessionPool } = browsers ?? made.use(await openBrowsers(folder));
  const chat = made.use(await startChatServer({ ...chatOptions, tls: await authority.issue() }));
  const authorities = [authority.certificate];
  const proxyManager = made.use(createProxyManager({ allowPrivate: true, authorities, locations }));
  const evidence = join(folder, "evidence");
  const executor = made.use(
    createExecutor({
      surfaceAdapters: createAdapterRegistry([createWebAdapter(CHAT_PAGE)]),
      sessionPool,
      proxyManager,
      evidenceCollector: createEvidenceCollector({ folder: evidence, software }),
      validator: createValidator(),
    }),
  );
  const owned = made.move();
  return {
    chat,
    executor,
    evidence,
    ask: (question, job = {}, timeout = 60_000) =>
      executor.executeJob(
        aJob({ query: question, surfaceId: "chat-page", surface: { baseURL: chat.url }, human: false, ...job }),
        { maxRetries: 0, timeout },
      ),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
