import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { type ChatServer, processesMarked, type RunningProcess } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { Desk, type Started } from "../support/bentham.ts";
import { checkInvariants } from "../support/check-invariants.ts";
import { expectAllAnswered, expectEqual, expectThat } from "../support/check.ts";
import { LOG, slowestGivenBack } from "../support/given-back.ts";
import { startChat, writePageStudy } from "../support/pages.ts";
import { eachScheme, type Scheme } from "../support/schemes.ts";
import { questionOf } from "../support/study.ts";

/** Longest time of one attempt here, in milliseconds. */
const TIMEOUT = 12_000;

/** What is done to a browser while a page is being answered, by what the attempt must say of it. */
const BLOWS: readonly {
  readonly question: number;
  readonly code: string;
  readonly strike: (run: string) => Promise<void>;
}[] = [
  { question: 3, code: "PAGE_CRASHED", strike: (run) => signalAll(run, isRenderer, "SIGKILL") },
  { question: 4, code: "BROWSER_CRASHED", strike: (run) => signalAll(run, isBrowser, "SIGKILL") },
  // Nothing in it closes any more: it has to be ended.
  { question: 5, code: "TIMEOUT", strike: (run) => signalAll(run, isBrowser, "SIGSTOP") },
];

export const fault: Fault = {
  id: "page-breaks",
  title: "a page hangs, another streams for ever, a renderer is killed, a browser is killed, a browser stands still",
  matrix: [15, 16, 17, 18, 19],
  inEveryTest: true,
  expected:
    "each attempt ends with its code, is tried again and answered; the others are unharmed; everything is given back within 10 s",
  run: (scale) => eachScheme(scale, breakPages),
};

async function breakPages(scheme: Scheme): Promise<string> {
  await using desk = await Desk.open();
  const questions = Array.from({ length: 8 }, (_, index) => questionOf(index + 1));
  await using chat = await startChat(
    desk,
    [
      { question: questionOf(1), nthOfQuestion: 1, scenario: { kind: "hang" } },
      { question: questionOf(2), nthOfQuestion: 1, scenario: { kind: "endless" } },
      ...BLOWS.map(({ question }) => {
        return { question: questionOf(question), nthOfQuestion: 1, scenario: { kind: "stall" } } as const;
      }),
    ],
    scheme,
  );
  await writePageStudy(desk, { chat, questions, concurrency: 1, timeout: TIMEOUT });
  const started = desk.start(["run", "study.yaml", "--log", LOG]);
  await Promise.race([strikeEach(desk, chat), endedTooSoon(started)]);
  const { code, stderr } = await started.ended;
  expectEqual(`exit code (${stderr})`, code, 0);
  expectAllAnswered(
    await checkInvariants(desk, { planned: questions.length, asks: chat.asks().length }),
    questions.length,
  );
  const codes = await codesOfAttempts(desk);
  const wanted = [
    ["q1", "TIMEOUT"],
    ["q2", "ANSWER_TIMEOUT"],
    ...BLOWS.map(({ question, code: each }) => [`q${question}`, each]),
  ];
  for (const [query = "", each = ""] of wanted) {
    expectThat(
      codes.get(query)?.has(each) === true,
      `${query} should have met ${each}, and met ${[...(codes.get(query) ?? [])].join(", ")}`,
    );
  }
  for (const query of ["q6", "q7", "q8"]) expectEqual(`failures of ${query}`, codes.get(query)?.size ?? 0, 0);
  const slowest = await slowestGivenBack(desk);
  return `${wanted.map(([query, each]) => `${query} ${each}`).join(", ")}; all ${questions.length} answered in the end; given back within ${slowest} ms`;
}

/** Strikes each blow once its question has reached the chat; one job runs at a time, in no known order. */
async function strikeEach(desk: Desk, chat: ChatServer): Promise<void> {
  const run = join(desk.folder, ".bentham", "run");
  const strikes = BLOWS.map(async ({ question, strike }) => {
    while (chat.asksOf(questionOf(question)) === 0) await sleep(50);
    await strike(run);
  });
  await Promise.all(strikes);
}

async function endedTooSoon({ ended }: Started): Promise<never> {
  const { code, stderr } = await ended;
  throw new Error(`the run ended with ${code} before every question was asked: ${stderr}`);
}

/** The codes that failed attempts of each query have in their evidence. */
async function codesOfAttempts(desk: Desk): Promise<Map<string, Set<string>>> {
  const evidence = join(desk.folder, ".bentham", "evidence");
  const codes = new Map<string, Set<string>>();
  for (const path of await readdir(evidence, { recursive: true })) {
    if (!path.endsWith("data/evidence.json")) continue;
    const { job, error } = JSON.parse(await readFile(join(evidence, path), "utf8"));
    if (error) codes.set(job.queryId, (codes.get(job.queryId) ?? new Set()).add(error.code));
  }
  return codes;
}

function isBrowser({ command }: RunningProcess): boolean {
  return command.includes("--user-data-dir=") && !command.includes("--type=");
}

function isRenderer({ command }: RunningProcess): boolean {
  return command.includes("--type=renderer");
}

async function signalAll(
  run: string,
  isMeant: (running: RunningProcess) => boolean,
  signal: NodeJS.Signals,
): Promise<void> {
  for (const running of await processesMarked(run)) if (isMeant(running)) process.kill(running.pid, signal);
}
