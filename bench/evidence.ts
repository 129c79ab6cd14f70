import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { BenthamError, DIRECT, type EvidenceLevel } from "@bentham/core";
import { createEvidenceCollector } from "@bentham/evidence-collector";
import { createExecutor } from "@bentham/executor";
import { createProxyManager } from "@bentham/proxy-manager";
import { createSessionPool, findChromium } from "@bentham/session-pool";
import { createAdapterRegistry, createWebAdapter } from "@bentham/surface-adapters";
import { startChatServer } from "@bentham/testbed";
import { type Browser, chromium } from "playwright-core";
import { type Benchmark, type Measured, table } from "./benchmark.ts";
import { CHAT_PAGE } from "./support/chat-page.ts";
import { cpuOfTree } from "./support/cpu-of-tree.ts";
import { HEAVY_PAGE, startHeavyPage } from "./support/heavy-page.ts";

/** How much more CPU a job with full evidence may take than one without. */
const MOST_MORE = 0.15;

/** Jobs of one kind before the next kind's turn: what else runs on the machine then weighs on all of them alike. */
const TURN = 2;

/** How long the browser of a turn may take to settle, in milliseconds: what it does then is not the next turn's. */
const SETTLING = 1_500;

const QUESTION = "What does a job cost?";

/** A page that is asked, and the selectors that Playwright alone asks it by. */
interface Site {
  readonly name: string;
  readonly url: string;
  readonly surface: typeof CHAT_PAGE | typeof HEAVY_PAGE;
}

/** One way to do a job. */
interface Way extends AsyncDisposable {
  readonly name: string;
  job(number: number): Promise<void>;
  /** Bytes that were kept of all jobs so far. */
  bytes(): Promise<number>;
}

/** What evidence costs, per level and page, beside Playwright alone with the same captures. */
export const benchmark: Benchmark = {
  title: "CPU and bytes of evidence per browser job, by level (this process and Chromium; human input off); --jobs 12",
  async run(flags): Promise<Measured> {
    const jobs = Number(flags["jobs"] ?? 12);
    await using chat = await startChatServer();
    await using heavy = await startHeavyPage();
    const sites: readonly Site[] = [
      { name: "light", url: chat.url, surface: CHAT_PAGE },
      { name: "heavy", url: heavy.url, surface: HEAVY_PAGE },
    ];
    const lines: string[][] = [];
    const failures: string[] = [];
    for (const site of sites) {
      const [bare, captured, none, metadata, full] = await measure(site, jobs);
      for (const row of [bare, captured, none, metadata, full]) {
        const base = row === bare || row === captured ? bare : none;
        lines.push([
          `${site.name}: ${row.name}`,
          row.cpuMs.toFixed(0),
          base === row ? "" : percent(row.cpuMs / base.cpuMs - 1),
          (row.bytes / 1024).toFixed(0),
        ]);
      }
      const more = full.cpuMs / none.cpuMs - 1;
      if (more > MOST_MORE) failures.push(`${site.name}: full evidence costs ${percent(more)}, aim: +15 % at most`);
    }
    return { text: table(["", "CPU ms/job", "more", "KiB/job"], lines), failures };
  },
};

interface Row {
  readonly name: string;
  readonly cpuMs: number;
  readonly bytes: number;
}

/** Every way does its jobs, a few at a time, in turn. */
async function measure(site: Site, jobs: number): Promise<readonly [Row, Row, Row, Row, Row]> {
  const folder = await mkdtemp(join(tmpdir(), "bentham-bench-"));
  try {
    await using ended = new AsyncDisposableStack();
    const rows = [
      ended.use(await bareWay(folder, site, false)),
      ended.use(await bareWay(folder, site, true)),
      ended.use(ourWay(folder, site, "none")),
      ended.use(ourWay(folder, site, "metadata")),
      ended.use(ourWay(folder, site, "full")),
    ].map((way) => ({ way, cpuMs: 0, done: 0 }));
    for (const { way } of rows) await way.job(0); // It starts the browser, and is not counted.
    for (let turn = 0; turn < Math.ceil(jobs / TURN); turn++) {
      for (const row of rows) {
        const before = await cpuOfTree();
        for (let each = 0; each < TURN; each++) await row.way.job(++row.done);
        await sleep(SETTLING);
        row.cpuMs += (await cpuOfTree()) - before;
      }
    }
    const [bare, captured, none, metadata, full] = await Promise.all(
      rows.map(async ({ way, cpuMs, done }) => {
        return { name: way.name, cpuMs: cpuMs / done, bytes: (await way.bytes()) / (done + 1) };
      }),
    );
    if (!bare || !captured || !none || !metadata || !full) throw new Error("a way was not measured");
    return [bare, captured, none, metadata, full];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Playwright alone, in the fewest steps; with captures, it takes what full evidence takes, and hashes nothing. */
async function bareWay(folder: string, { url, surface }: Site, captures: boolean): Promise<Way> {
  const kept = join(folder, captures ? "bare-captures" : "bare");
  const executablePath = await findChromium(process.env);
  const browser: Browser = await chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 });
  return {
    name: captures ? "Playwright alone, same captures" : "Playwright alone",
    async job(number) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      const page = await context.newPage();
      const place = join(kept, String(number));
      if (captures) await context.tracing.startHar(join(place, "network.har"), { content: "embed", mode: "full" });
      await page.goto(url);
      if ("consent" in surface) await page.click(surface.consent.reject.join());
      await page.fill(surface.composer.join(), QUESTION);
      await page.click(surface.send.join());
      await page.waitForSelector(surface.done.join());
      if ((await page.innerText(surface.answerText.join())) === "") throw new Error("the page gave no answer");
      if (captures) {
        await context.tracing.stopHar();
        await page.screenshot({ path: join(place, "screenshot.png"), animations: "disabled" });
        await page
          .locator(surface.answer.join())
          .last()
          .screenshot({ path: join(place, "answer.png") });
        const cdp = await context.newCDPSession(page);
        await cdp.send("Page.captureSnapshot", { format: "mhtml" });
      }
      await context.close();
    },
    bytes: () => bytesIn(kept),
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

function ourWay(folder: string, { url, surface }: Site, evidence: EvidenceLevel): Way {
  const own = join(folder, evidence);
  const sessionPool = createSessionPool({ folder: join(own, "run") });
  const proxyManager = createProxyManager({ allowPrivate: true });
  const kept = join(own, "evidence");
  const executor = createExecutor({
    surfaceAdapters: createAdapterRegistry([createWebAdapter(surface)]),
    sessionPool,
    proxyManager,
    evidenceCollector: createEvidenceCollector({ folder: kept, software: { name: "bench", version: "1" } }),
  });
  return {
    name: `ours, evidence ${evidence}`,
    async job(number) {
      const ids = { jobId: `job-${number}`, studyId: "bench", queryId: `q${number}` };
      const {
        success,
        error,
        evidence: bag,
      } = await executor.executeJob(
        {
          ...ids,
          surfaceId: surface.name,
          locationId: DIRECT,
          query: QUESTION,
          surface: { baseURL: url },
          evidence,
          human: false,
        },
        { maxRetries: 0 },
      );
      if (!success) throw new BenthamError("INTERNAL", `a job failed: ${error?.message}`);
      if (bag && bag.state !== "complete") throw new BenthamError("INTERNAL", `evidence is ${bag.reasons?.join("; ")}`);
    },
    bytes: () => bytesIn(kept),
    async [Symbol.asyncDispose]() {
      await sessionPool[Symbol.asyncDispose]();
      await proxyManager[Symbol.asyncDispose]();
    },
  };
}

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(file.parentPath, file.name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function percent(share: number): string {
  return `${share < 0 ? "-" : "+"}${Math.abs(share * 100).toFixed(0)} %`;
}
