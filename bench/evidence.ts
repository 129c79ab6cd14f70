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
import { collectGarbage } from "./support/collect-garbage.ts";
import { cpuOfTree } from "./support/cpu-of-tree.ts";
import { HEAVY_PAGE, startHeavyPage } from "./support/heavy-page.ts";

/** How much more CPU a job with full evidence may take than one without. */
const MOST_MORE = 0.15;

/** Jobs of one kind before the next kind's turn: what else runs on the machine then weighs on all of them alike. */
const TURN = 4;

/** How long a browser may take to settle before it is measured, and after its last job, in milliseconds. */
const SETTLING = 1_000;

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

/**
 * Every way does its jobs, a few at a time, in turn. Each turn has a browser of its own, which goes with it: after pictures
 * of a large page, one that idles takes up to a second of CPU more, which would be the next way's.
 */
async function measure(site: Site, jobs: number): Promise<readonly [Row, Row, Row, Row, Row]> {
  const folder = await mkdtemp(join(tmpdir(), "bentham-bench-"));
  try {
    const totals = waysOf(folder, site).map((open) => ({ open, name: "", cpuMs: 0, bytes: 0, done: 0 }));
    for (let turn = 0; turn < Math.ceil(jobs / TURN); turn++) {
      for (const total of totals) {
        await using way = await total.open();
        await way.job(0); // It starts the browser, and is not counted.
        const [bytes, cpuMs] = [await way.bytes(), await settledCpu()];
        for (let each = 1; each <= TURN; each++) await way.job(each);
        total.name = way.name;
        total.cpuMs += (await settledCpu()) - cpuMs;
        total.bytes += (await way.bytes()) - bytes;
        total.done += TURN;
      }
    }
    const [bare, captured, none, metadata, full] = totals.map(({ name, cpuMs, bytes, done }) => {
      return { name, cpuMs: cpuMs / done, bytes: bytes / done };
    });
    if (!bare || !captured || !none || !metadata || !full) throw new Error("a way was not measured");
    return [bare, captured, none, metadata, full];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** How each way begins a turn, in a folder of its own. */
function waysOf(folder: string, site: Site): readonly (() => Promise<Way>)[] {
  const turn = (): Promise<string> => mkdtemp(join(folder, "turn-"));
  return [
    async () => bareWay(await turn(), site, false),
    async () => bareWay(await turn(), site, true),
    async () => ourWay(await turn(), site, "none"),
    async () => ourWay(await turn(), site, "metadata"),
    async () => ourWay(await turn(), site, "full"),
  ];
}

/** CPU of all that was done by now, what had to be cleared away included, in milliseconds. */
async function settledCpu(): Promise<number> {
  await sleep(SETTLING);
  collectGarbage();
  return cpuOfTree();
}

/** Playwright alone, in the fewest steps; with captures, it takes what full evidence takes, and hashes nothing. */
async function bareWay(folder: string, { url, surface }: Site, captures: boolean): Promise<Way> {
  const kept = join(folder, "kept");
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
  const sessionPool = createSessionPool({ folder: join(folder, "run") });
  const proxyManager = createProxyManager({ allowPrivate: true });
  const kept = join(folder, "evidence");
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
