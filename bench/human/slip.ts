import process from "node:process";
import { type HumanInput, systemClock } from "@bentham/core";
import { createHumanInput } from "@bentham/human-input";
import { findChromium } from "@bentham/session-pool";
import { type Browser, chromium, type Page } from "playwright-core";
import { table } from "../benchmark.ts";
import { cpuOfTree } from "../support/cpu-of-tree.ts";

const TEXT = "Which running shoes last longest for somebody who weighs 90 kg?";

/** Clicks of each session: two elements in turns. */
const CLICKS = 6;

const PAGE = `<!doctype html><style>button { position: absolute; width: 90px; height: 40px }</style>
<textarea style="width: 500px; height: 90px"></textarea><button id="a" style="left: 40px; top: 500px">A</button>
<button id="b" style="left: 1000px; top: 200px">B</button>`;

/** How late input is on this machine, and what it costs, with so many sessions at once in one browser. */
export async function measureSlips(sessions: readonly number[]): Promise<string> {
  const executablePath = await findChromium(process.env);
  const browser = await chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 });
  try {
    const rows: string[][] = [];
    for (const count of sessions) rows.push(await measure(browser, count));
    return table(
      ["sessions", "events", "slip p95 ms, keys", "pointer", "worst session", "CPU ms/event, Node", "with Chromium"],
      rows,
    );
  } finally {
    await browser.close();
  }
}

async function measure(browser: Browser, count: number): Promise<string[]> {
  const contexts = await Promise.all(Array.from({ length: count }, () => browser.newContext()));
  try {
    const pages = await Promise.all(contexts.map((context) => context.newPage()));
    await Promise.all(pages.map((page) => page.setContent(PAGE)));
    const before = { tree: await cpuOfTree(), node: process.cpuUsage() };
    const logs = await Promise.all(pages.map((page, index) => useSession(page, `slip-${count}-${index}`)));
    const treeMs = (await cpuOfTree()) - before.tree;
    const { user, system } = process.cpuUsage(before.node);
    const actions = logs.flatMap((log) => log.actions);
    const events = actions.reduce((sum, { played }) => sum + played, 0);
    const worst = Math.max(...logs.map(({ slipP95Ms }) => slipP95Ms));
    const slips = (action: string): string =>
      median(actions.filter((one) => one.action === action).map(({ slipP95Ms }) => slipP95Ms)).toFixed(0);
    return [
      String(count),
      String(events),
      slips("type"),
      slips("click"),
      String(worst),
      ((user + system) / 1000 / events).toFixed(2),
      (treeMs / events).toFixed(2),
    ];
  } finally {
    await Promise.all(contexts.map((context) => context.close()));
  }
}

/** The part of a record that is read. */
interface Log {
  readonly slipP95Ms: number;
  readonly actions: readonly { readonly action: string; readonly played: number; readonly slipP95Ms: number }[];
}

async function useSession(page: Page, seed: string): Promise<Log> {
  const { signal } = new AbortController();
  const input: HumanInput = createHumanInput({ page, seed, clock: systemClock, signal });
  await input.click(page.locator("textarea"));
  await input.type(TEXT);
  for (let click = 0; click < CLICKS; click++) await input.click(page.locator(click % 2 === 0 ? "#a" : "#b"));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the record of our own input, by its form
  return input.record() as unknown as Log;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? 0;
}
