// Run by the row `many-pages` in a process of its own: asks pages, some jobs at a time, and prints what it took.

import { readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import { DIRECT, type EvidenceLevel, type Job, type SessionPool } from "@bentham/core";
import { playwrightSession } from "@bentham/core/playwright";
import { createEvidenceCollector } from "@bentham/evidence-collector";
import { createExecutor } from "@bentham/executor";
import { createProxyManager } from "@bentham/proxy-manager";
import { createSessionPool } from "@bentham/session-pool";
import { createAdapterRegistry, createWebAdapter } from "@bentham/surface-adapters";
import { until } from "./check.ts";
import { sizeOfTree, type TreeSize } from "./process-tree.ts";
import { quickPageAdapter } from "./quick-page.ts";

/** What the process is told as its second argument, as JSON. */
export interface PagesOrder {
  /** The adapter to ask by. */
  readonly surfaceId: "quick-page" | "chat-page";
  /** The pages to ask, in turns. */
  readonly urls: readonly string[];
  readonly evidence: EvidenceLevel;
  readonly jobs: number;
  /** Jobs at a time. */
  readonly concurrency: number;
  /** After how many jobs it is looked what there is. */
  readonly every: number;
}

/** What there was after so many jobs, with none in hand. */
export interface PagesMoment extends TreeSize {
  readonly jobs: number;
  /** As Chromium counts them. */
  readonly contexts: number;
  readonly pages: number;
  readonly listeners: number;
  readonly resources: number;
  readonly descriptors: number;
  /** Files of browsers, and temporary ones. */
  readonly files: number;
}

/** How long a browser may take to close, in milliseconds. */
const CLOSING = 60_000;

/** How often the tree is measured for one moment, and how long after each other, in milliseconds. */
const MEASURES = { count: 8, every: 250 } as const;

type Browser = NonNullable<ReturnType<ReturnType<typeof playwrightSession>["context"]["browser"]>>;

const [folder = "", told = ""] = process.argv.slice(2);
const order: PagesOrder = JSON.parse(told);
const authorities = [await readFile(join(folder, "authority.pem"), "utf8")];

await using made = new AsyncDisposableStack();
const pool = made.use(createSessionPool({ folder: join(folder, "run"), authorities, maxSessions: order.concurrency }));
const proxyManager = made.use(createProxyManager({ allowPrivate: true, authorities }));
const browsers = new Set<Browser>();
const sessionPool: SessionPool = {
  async acquire(request) {
    const lease = await pool.acquire(request);
    const browser = playwrightSession(lease).context.browser();
    if (browser) browsers.add(browser);
    return lease;
  },
};
const executor = createExecutor({
  surfaceAdapters: createAdapterRegistry([
    quickPageAdapter,
    createWebAdapter({
      name: "chat-page",
      version: "1",
      consent: { banner: ["[data-testid=consent]"], reject: ["[data-testid=consent] button:nth-of-type(2)"] },
      composer: ["[data-testid=composer]"],
      send: ["[data-testid=send]"],
      answer: ["[data-testid=turn][data-role=assistant]"],
      answerText: [".answer"],
      busy: ["[data-testid=stop]"],
      done: ["[data-testid=copy]"],
      askPath: "/api/ask",
    }),
  ]),
  sessionPool,
  proxyManager,
  evidenceCollector: createEvidenceCollector({
    folder: join(folder, "evidence"),
    software: { name: "many-pages", version: "1" },
  }),
});

for (let jobs = 0; jobs < order.jobs;) {
  const next = Math.min(order.jobs, jobs + order.every);
  const left = Array.from({ length: next - jobs }, (_, index) => jobs + index + 1);
  await Promise.all(Array.from({ length: order.concurrency }, () => workOff(left)));
  jobs = next;
  process.stdout.write(`${JSON.stringify(await look(jobs))}\n`);
}

async function workOff(numbers: number[]): Promise<void> {
  for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) {
    const { success, error } = await executor.executeJob(jobOf(number), { maxRetries: 3 });
    if (!success) throw new Error(`job ${number} failed: ${error?.message}`);
  }
}

function jobOf(number: number): Job {
  const { surfaceId, urls, evidence } = order;
  return {
    jobId: `job-${number}`,
    studyId: "many-pages",
    queryId: `q${number}`,
    surfaceId,
    locationId: DIRECT,
    query: `What is the answer to question ${number}?`,
    surface: { baseURL: urls[number % urls.length] ?? "" },
    evidence,
    human: false,
  };
}

async function look(jobs: number): Promise<PagesMoment> {
  globalThis.gc?.();
  for (let turn = 0; turn < 5; turn++) await setImmediate();
  const inBrowsers = await Promise.all([...browsers].filter((one) => one.isConnected()).map((one) => inBrowser(one)));
  return {
    jobs,
    ...(await settledSize()),
    contexts: sum(inBrowsers.map(({ contexts }) => contexts)),
    pages: sum(inBrowsers.map(({ pages }) => pages)),
    listeners: sum(process.eventNames().map((name) => process.listenerCount(name))),
    resources: process.getActiveResourcesInfo().length,
    descriptors: (await readdir("/proc/self/fd")).length,
    files: (await filesIn(join(folder, "run"))) + (await filesIn(tmpdir())),
  };
}

/** The smallest of a few sizes: a renderer whose page is closed takes a moment to leave. */
async function settledSize(): Promise<TreeSize> {
  let smallest = await sizeOfTree(process.pid);
  for (let measured = 1; measured < MEASURES.count; measured++) {
    await sleep(MEASURES.every);
    const size = await sizeOfTree(process.pid);
    if (size.megabytes < smallest.megabytes) smallest = size;
  }
  return smallest;
}

/** Those of a browser's profile are as many as Chromium likes. */
async function filesIn(place: string): Promise<number> {
  return (await readdir(place, { recursive: true })).filter((name) => !name.includes("profile")).length;
}

/** Nothing, in one that another is taking the place of in this moment. */
async function inBrowser(browser: Browser): Promise<{ readonly contexts: number; readonly pages: number }> {
  try {
    return await countIn(browser);
  } catch {
    await until("a browser that does not answer has ended", CLOSING, () => !browser.isConnected());
    return { contexts: 0, pages: 0 };
  }
}

async function countIn(browser: Browser): Promise<{ readonly contexts: number; readonly pages: number }> {
  const cdp = await browser.newBrowserCDPSession();
  const { browserContextIds } = await cdp.send("Target.getBrowserContexts");
  const { targetInfos } = await cdp.send("Target.getTargets");
  await cdp.detach();
  return { contexts: browserContextIds.length, pages: targetInfos.filter(({ type }) => type === "page").length };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
