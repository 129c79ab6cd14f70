import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createAuthority, processesMarked, startChatServer } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { expectEqual, expectThat } from "../support/check.ts";
import { startChat } from "../support/pages.ts";
import type { PagesMoment, PagesOrder } from "../support/pages-in-a-process.ts";
import { startQuickPage } from "../support/quick-page.ts";

const program = fileURLToPath(new URL("../support/pages-in-a-process.ts", import.meta.url));

/** Growth of memory after warm-up that is noise, as a factor. */
const NOISE = 1.25;

/** What must not have grown at all between warm-up and end, and by how much it sways. */
const COUNTS = { processes: 2, contexts: 0, pages: 0, listeners: 0, resources: 3, descriptors: 3, files: 3 } as const;

export const fault: Fault = {
  id: "many-pages",
  title: "many pages are asked, three at a time, over http and https, in one process",
  matrix: [46],
  inEveryTest: true,
  expected:
    "memory of the process tree, processes, contexts, pages, listeners, handles and temporary files stay flat after " +
    "warm-up, and nothing is left after the end",
  run: (scale) => (scale === "full" ? askChats(500) : askQuickPages(60)),
};

/** A chat page by its definition, with full evidence. */
async function askChats(jobs: number): Promise<string> {
  await using desk = await Desk.open();
  await using secure = await startChat(desk);
  await using plain = await startChatServer();
  const urls = [secure.url, plain.url];
  const told = await checkFlat(desk, { ...orderOf(jobs), surfaceId: "chat-page", urls, evidence: "full" });
  expectEqual("questions asked", secure.asks().length + plain.asks().length, jobs);
  return told;
}

/** Pages that answer at once, without evidence: what is left is what comes and goes with each job. */
async function askQuickPages(jobs: number): Promise<string> {
  await using desk = await Desk.open();
  const authority = await createAuthority();
  await desk.write("authority.pem", authority.certificate);
  await using secure = await startQuickPage(await authority.issue());
  await using plain = await startQuickPage();
  const urls = [secure.url, plain.url];
  const told = await checkFlat(desk, { ...orderOf(jobs), surfaceId: "quick-page", urls, evidence: "none" });
  expectEqual("questions asked", secure.asks() + plain.asks(), jobs);
  return told;
}

function orderOf(jobs: number): Pick<PagesOrder, "jobs" | "concurrency" | "every"> {
  return { jobs, concurrency: 3, every: jobs / 10 };
}

async function checkFlat(desk: Desk, order: PagesOrder): Promise<string> {
  const moments = await askPages(desk.folder, order);
  expectEqual("files left in run/", await readdir(join(desk.folder, "run")), []);
  expectEqual("temporary files left", await readdir(join(desk.folder, "temporary")), []);
  expectEqual("processes left", (await processesMarked(desk.folder)).length, 0);
  const [early, late] = [moments.slice(2, 5), moments.slice(-3)];
  const counts = Object.entries(COUNTS).map(([what, sway]) =>
    flat(what, lowest(early, what), lowest(late, what), (before) => before + sway),
  );
  const memory = flat("megabytes", lowest(early, "megabytes"), lowest(late, "megabytes"), (before) => before * NOISE);
  return `${order.jobs} pages: ${[memory, ...counts].join(", ")}; nothing left`;
}

async function askPages(folder: string, order: PagesOrder): Promise<PagesMoment[]> {
  const temporary = join(folder, "temporary");
  await mkdir(temporary);
  const args = ["--expose-gc", "--conditions=@bentham/source", program, folder, JSON.stringify(order)];
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, TMPDIR: temporary },
  });
  const exited = once(child, "exit");
  const moments: PagesMoment[] = [];
  for await (const line of createInterface(child.stdout)) moments.push(JSON.parse(line));
  expectEqual("exit code", (await exited)[0], 0);
  return moments;
}

/** The lowest of a few moments: what is there at least. */
function lowest(moments: readonly PagesMoment[], what: string): number {
  return Math.min(...moments.map((moment) => Number(Object.entries(moment).find(([name]) => name === what)?.[1])));
}

function flat(what: string, early: number, late: number, bound: (early: number) => number): string {
  const words = `${what} ${Math.round(early)} -> ${Math.round(late)}`;
  expectThat(late <= bound(early), `${words}: it grows`);
  return words;
}
