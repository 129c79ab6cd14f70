import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { DIRECT, type EvidenceLevel, type Job } from "@bentham/core";
import { createEvidenceCollector } from "@bentham/evidence-collector";
import { createExecutor } from "@bentham/executor";
import { createProxyManager } from "@bentham/proxy-manager";
import { createSessionPool, findChromium } from "@bentham/session-pool";
import { createAdapterRegistry, createWebAdapter } from "@bentham/surface-adapters";
import { type ChatServer, startChatServer } from "@bentham/testbed";
import { chromium, type Page } from "playwright-core";
import { type Benchmark, table } from "./benchmark.ts";
import { CHAT_PAGE } from "./support/chat-page.ts";
import { cpuOfTree } from "./support/cpu-of-tree.ts";

const PEER = "@crawlee/playwright@3.18.1";

/** CPU of one browser job, beside bare playwright-core with a new context for each. */
export const benchmark: Benchmark = {
  title:
    "CPU per browser job (chat page, this process and Chromium): bare playwright-core, and ours; --jobs 20; --peers: Crawlee",
  async run(flags) {
    const jobs = Number(flags["jobs"] ?? 20);
    await using chat = await startChatServer();
    const bare = await bareJobs(chat, jobs);
    const rows = [
      { name: "bare playwright-core, new context per job", cpuMs: bare },
      { name: "ours, human input off, evidence none", cpuMs: await ourJobs(chat, jobs, false, "none") },
      { name: "ours, human input off, evidence full", cpuMs: await ourJobs(chat, jobs, false, "full") },
      { name: "ours, human input on, evidence none", cpuMs: await ourJobs(chat, jobs, true, "none") },
      { name: "ours, human input on, evidence full", cpuMs: await ourJobs(chat, jobs, true, "full") },
      ...(flags["peers"] ? [{ name: PEER, cpuMs: await crawleeJobs(chat, jobs) }] : []),
    ];
    return table(
      ["", "jobs", "CPU ms/job", "x bare"],
      rows.map(({ name, cpuMs }) => [name, String(jobs), cpuMs.toFixed(0), (cpuMs / bare).toFixed(2)]),
    );
  },
};

/** What every job does, in the fewest steps: ask, wait for the done control, read. */
async function askPage(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.click("[data-testid=consent] button:nth-of-type(2)");
  await page.fill("[data-testid=composer]", "What does a job cost?");
  await page.click("[data-testid=send]");
  await page.waitForSelector("[data-testid=copy]");
  if ((await page.innerText(".answer")) === "") throw new Error("the page gave no answer");
}

async function bareJobs(chat: ChatServer, jobs: number): Promise<number> {
  const executablePath = await findChromium(process.env);
  const browser = await chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 });
  try {
    return await cpuPerJob(jobs, async () => {
      const context = await browser.newContext();
      await askPage(await context.newPage(), chat.url);
      await context.close();
    });
  } finally {
    await browser.close();
  }
}

async function ourJobs(chat: ChatServer, jobs: number, human: boolean, evidence: EvidenceLevel): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "bentham-bench-"));
  try {
    await using sessionPool = createSessionPool({ folder: join(folder, "run") });
    await using proxyManager = createProxyManager({ allowPrivate: true });
    const software = { name: "bench", version: "1" };
    const executor = createExecutor({
      surfaceAdapters: createAdapterRegistry([createWebAdapter(CHAT_PAGE)]),
      sessionPool,
      proxyManager,
      evidenceCollector: createEvidenceCollector({ folder: join(folder, "evidence"), software }),
    });
    let number = 0;
    return await cpuPerJob(jobs, async () => {
      const { success, error } = await executor.executeJob(jobOf(++number, chat.url, human, evidence), {
        maxRetries: 0,
      });
      if (!success) throw new Error(`a job failed: ${error?.message}`);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function jobOf(number: number, baseURL: string, human: boolean, evidence: EvidenceLevel): Job {
  return {
    jobId: `job-${number}`,
    studyId: "bench",
    queryId: `q${number}`,
    surfaceId: CHAT_PAGE.name,
    locationId: DIRECT,
    query: "What does a job cost?",
    surface: { baseURL },
    evidence,
    ...(human ? {} : { human: false }),
  };
}

/** The members of Crawlee that are used. */
interface Crawlee {
  readonly PlaywrightCrawler: new (options: object) => { run(requests: readonly object[]): Promise<unknown> };
  readonly Configuration: new (options: object) => object;
}

/** Crawlee, in a folder of its own: it is installed when it is asked for, and nothing else needs it. */
async function crawleeJobs(chat: ChatServer, jobs: number): Promise<number> {
  const folder = join(import.meta.dirname, "../.runtime/peers");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), '{"private":true,"type":"module"}\n');
  const packages = [PEER, "playwright@npm:playwright-core@1.65.1"];
  await promisify(execFile)("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", ...packages], {
    cwd: folder,
  });
  const main = join(folder, "node_modules/@crawlee/playwright/index.mjs");
  const { PlaywrightCrawler, Configuration }: Crawlee = await import(pathToFileURL(main).href);
  const executablePath = await findChromium(process.env);
  const configuration = new Configuration({ persistStorage: false });
  // Its browser comes up with the first request, and is ended with the last: one run, all jobs.
  const crawler = {
    maxConcurrency: 1,
    browserPoolOptions: { useFingerprints: false },
    launchContext: {
      useIncognitoPages: true,
      launchOptions: { executablePath, chromiumSandbox: process.getuid?.() !== 0 },
    },
    requestHandler: async ({ page }: { readonly page: Page }) => askPage(page, chat.url),
  };
  const requests = Array.from({ length: jobs }, (_, number) => ({ url: chat.url, uniqueKey: String(number) }));
  const before = await cpuOfTree();
  await new (PlaywrightCrawler as new (
    options: object,
    configuration: object,
  ) => InstanceType<typeof PlaywrightCrawler>)(crawler, configuration).run(requests);
  return ((await cpuOfTree()) - before) / jobs;
}

/** CPU of a job in milliseconds, the first one left out: it starts the browser. */
async function cpuPerJob(jobs: number, job: () => Promise<void>): Promise<number> {
  await job();
  const before = await cpuOfTree();
  for (let number = 0; number < jobs; number++) await job();
  return ((await cpuOfTree()) - before) / jobs;
}
