import process from "node:process";
import { systemClock } from "@bentham/core";
import { createHumanInput, type PlayedAction } from "@bentham/human-input";
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

const HEADINGS =
  "sessions|events|slip p95 ms, keys|pointer|worst session|stretch, keys|pointer|CPU ms/event, Node|with Chromium";

/** How late input is on this machine, and what it costs, with so many sessions at once in one browser. */
export async function measureSlips(sessions: readonly number[]): Promise<string> {
  const executablePath = await findChromium(process.env);
  const browser = await chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 });
  try {
    const rows: string[][] = [];
    for (const count of sessions) rows.push(await measure(browser, count));
    const legend = "slip p95: of all events of that many sessions; stretch: time played over time planned";
    return `${table(HEADINGS.split("|"), rows)}\n${legend}`;
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
    const sessions = await Promise.all(pages.map((page, index) => useSession(page, `slip-${count}-${index}`)));
    const treeMs = (await cpuOfTree()) - before.tree;
    const { user, system } = process.cpuUsage(before.node);
    const actions = sessions.flat();
    const [keys, pointer] = ["type", "click"].map((wanted) => actions.filter(({ action }) => action === wanted));
    const events = actions.reduce((sum, { lateMs }) => sum + lateMs.length, 0);
    return [
      String(count),
      String(events),
      slipP95(keys ?? []).toFixed(0),
      slipP95(pointer ?? []).toFixed(0),
      Math.max(...sessions.map(slipP95)).toFixed(0),
      stretchOf(keys ?? []).toFixed(2),
      stretchOf(pointer ?? []).toFixed(2),
      ((user + system) / 1000 / events).toFixed(2),
      (treeMs / events).toFixed(2),
    ];
  } finally {
    await Promise.all(contexts.map((context) => context.close()));
  }
}

async function useSession(page: Page, seed: string): Promise<PlayedAction[]> {
  const { signal } = new AbortController();
  const played: PlayedAction[] = [];
  const onPlayed = (action: PlayedAction): void => void played.push(action);
  const input = createHumanInput({ page, seed, clock: systemClock, signal, onPlayed });
  await input.click(page.locator("textarea"));
  await input.type(TEXT);
  for (let click = 0; click < CLICKS; click++) await input.click(page.locator(click % 2 === 0 ? "#a" : "#b"));
  return played;
}

/** How late 95 of 100 of all the events of these actions were at most, in milliseconds; 0 for none. */
export function slipP95(actions: readonly PlayedAction[]): number {
  const late = actions.flatMap(({ lateMs }) => lateMs).toSorted((one, other) => one - other);
  return late[Math.ceil(late.length * 0.95) - 1] ?? 0;
}

/** How long the actions took, over how long they were to take. */
export function stretchOf(actions: readonly PlayedAction[]): number {
  const sum = (of: (action: PlayedAction) => number): number => actions.reduce((total, one) => total + of(one), 0);
  return sum(({ tookMs }) => tookMs) / sum(({ plannedMs }) => plannedMs);
}
