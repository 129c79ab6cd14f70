import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type { Measured } from "../engine.ts";

const IN_FLIGHT = 16;
const PACKAGES = ["p-queue@9.3.5", "p-retry@7.1.1", "@crawlee/basic@3.18.1"];

/** The members of the peers that are used. */
interface QueueModule {
  readonly default: new (options: object) => {
    add(task: () => Promise<unknown>): Promise<unknown>;
    onIdle(): Promise<void>;
  };
}

interface RetryModule {
  readonly default: (task: () => Promise<unknown>) => Promise<unknown>;
}

interface CrawleeModule {
  readonly BasicCrawler: new (
    options: object,
    configuration: object,
  ) => { run(requests: readonly object[]): Promise<unknown> };
  readonly Configuration: new (options: object) => object;
}

/** Nothing durable (p-queue with p-retry), and Crawlee with its queue on disk, in a folder of their own. */
export async function peers(jobs: number): Promise<Measured[]> {
  const folder = join(import.meta.dirname, "../../.runtime/engine-peers");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), '{"private":true,"type":"module"}\n');
  await promisify(execFile)("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", ...PACKAGES], {
    cwd: folder,
  });
  const at = (path: string): string => pathToFileURL(join(folder, "node_modules", path)).href;
  const { default: Queue }: QueueModule = await import(at("p-queue/dist/index.js"));
  const { default: retry }: RetryModule = await import(at("p-retry/index.js"));
  const { BasicCrawler, Configuration }: CrawleeModule = await import(at("@crawlee/basic/index.mjs"));
  const few = Math.min(jobs, 5000); // It holds its requests in memory, too, and takes milliseconds for each.
  return [
    await measure(`${PACKAGES[0]} with ${PACKAGES[1]}, ${IN_FLIGHT} in flight, nothing durable`, jobs, async () => {
      const queue = new Queue({ concurrency: IN_FLIGHT });
      for (let job = 0; job < jobs; job++) void queue.add(() => retry(async () => job));
      await queue.onIdle();
    }),
    await measure(`${PACKAGES[2]}, ${IN_FLIGHT} in flight, queue on disk`, few, async () => {
      const configuration = new Configuration({
        persistStorage: true,
        purgeOnStart: true,
        storageClientOptions: { localDataDirectory: join(folder, "storage") },
      });
      const requests = Array.from({ length: few }, (_, job) => ({ url: `http://127.0.0.1/${job}` }));
      const options = { minConcurrency: IN_FLIGHT, maxConcurrency: IN_FLIGHT, requestHandler: async () => undefined };
      await new BasicCrawler(options, configuration).run(requests);
    }),
  ];
}

async function measure(name: string, jobs: number, work: () => Promise<void>): Promise<Measured> {
  const [rss, before] = [process.memoryUsage.rss(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { name, jobs, cpuMs: (user + system) / 1000 / jobs, rssMb: (process.memoryUsage.rss() - rss) / 2 ** 20 };
}
