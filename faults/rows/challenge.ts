import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type ChatServer, type LlmServer, scriptedPerson, SimulatedClock, startLlmServer } from "@bentham/testbed";
import type { Fault, Scale } from "../fault.ts";
import { CANARY, Desk } from "../support/bentham.ts";
import { checkInvariants } from "../support/check-invariants.ts";
import { expectEqual, expectThat, until, withinBound } from "../support/check.ts";
import { checkNothingLeft, startChat, writePageStudy } from "../support/pages.ts";
import { eachScheme, type Scheme } from "../support/schemes.ts";
import { StoreFile } from "../support/store.ts";
import { questionOf } from "../support/study.ts";

/** How long a person, as a script, may take, in milliseconds. */
const PERSON = 120_000;

/** A study of two APIs and a page. */
interface Lanes {
  readonly desk: Desk;
  readonly chat: ChatServer;
  readonly one: LlmServer;
  readonly other: LlmServer;
  readonly questions: readonly string[];
}

export const fault: Fault = {
  id: "challenge",
  title: "a page shows a challenge in the middle of a run of three lanes, and a person passes it, or gives it up",
  matrix: [37],
  inEveryTest: true,
  expected:
    "the other lanes finish (exit 10); nobody asks the page while it waits; the person passes it in the live view, one person at a time; exactly the parked cells are asked, and all are answered (exit 0), by the run that goes on where there is one; given up, they end as blocked with the evidence (exit 3)",
  run: (scale) =>
    eachScheme(scale, async (scheme) => {
      const passed = await withLanes(scale, scheme, passIt);
      if (scale === "small") return passed;
      const meanwhile = await passItMeanwhile(scheme);
      const elsewhere = await withLanes("small", scheme, giveItUpElsewhere);
      return `${passed}; ${meanwhile}; given up: ${await withLanes(scale, scheme, giveItUp)}; elsewhere: ${elsewhere}`;
    }),
};

async function withLanes(scale: Scale, scheme: Scheme, use: (lanes: Lanes) => Promise<string>): Promise<string> {
  const questions = Array.from({ length: scale === "full" ? 8 : 4 }, (_, index) => questionOf(index + 1));
  await using desk = await Desk.open();
  await using chat = await startChat(desk, [], scheme);
  // One page is seen as it is, so that the challenge comes in the middle.
  chat.setChallenge({ from: 2, keptIn: scale === "full" ? "indexedDB" : "cookie" });
  await using one = await startLlmServer({ keys: [desk.canary] });
  await using other = await startLlmServer({ keys: [desk.canary] });
  const hosts = [one, other].map(({ url }) => JSON.stringify(new URL(url).host));
  const apis = [one, other].map(
    ({ url }, index) =>
      `  - { id: api-${index + 1}, adapter: openai-compatible, baseURL: "${url}/v1", model: small, credential: key }`,
  );
  await writePageStudy(desk, {
    chat,
    questions,
    concurrency: 1,
    surfaces: apis.join("\n"),
    configuration: `vault: { environment: { key: { variable: ${CANARY}, hosts: [${hosts.join(", ")}] } } }`,
  });
  const lanes = { desk, chat, one, other, questions };
  await checkWaits(lanes);
  const seen = await use(lanes);
  await checkNothingLeft(desk, readdir);
  return seen;
}

/** The run with the challenge in it: everything else is answered, and what waits is known. */
async function checkWaits({ desk, chat, one, other, questions }: Lanes): Promise<void> {
  const count = questions.length;
  const run = await withinBound("the run", 120_000, desk.run(["run", "study.yaml"]));
  expectEqual(`exit code (${run.stderr})`, run.code, 10);
  expectThat(run.stderr.includes("bentham inbox"), `it does not name the inbox: ${run.stderr}`);
  const ledger = await desk.ledger();
  expectEqual("answered and parked", [ledger.answered, ledger.parked], [2 * count + 1, count - 1]);
  expectEqual("questions to the APIs", [one.asks.length, other.asks.length], [count, count]);
  expectEqual("times that the challenge was shown", chat.checks.shown, 1);
  const listed = await desk.run(["inbox", "--json"]);
  const item: { readonly [name: string]: unknown } = JSON.parse(listed.stdout);
  expectEqual(
    "what waits",
    [item["id"], item["surfaceId"], item["code"], item["cells"]],
    [1, "chat-page", "CHALLENGE", count - 1],
  );
  expectThat(typeof item["bagPath"] === "string", "the item names no evidence");
  const again = await desk.run(["run", "study.yaml"]);
  expectEqual(`exit code of the same command (${again.stderr})`, again.code, 10);
  expectEqual("times that the challenge was shown then", chat.checks.shown, 1);
}

/** A person passes it: exactly the cells that waited are asked. */
async function passIt({ desk, chat, one, other, questions }: Lanes): Promise<string> {
  const count = questions.length;
  const before = chat.asks().map(({ question }) => question);
  const said = await seeTo(desk, "done");
  expectThat(said.includes(`${count - 1} cells are asked again`), `the view says: ${said}`);
  const run = await withinBound("the run after it", 120_000, desk.run(["run", "study.yaml"]));
  expectEqual(`exit code after it (${run.stderr})`, run.code, 0);
  await checkInvariants(desk, { planned: 3 * count, asks: chat.asks().length + one.asks.length + other.asks.length });
  const asked = chat.asks().slice(before.length);
  expectEqual(
    "questions after it",
    asked.map(({ question }) => question).toSorted(),
    questions.filter((text) => !before.includes(text)).toSorted(),
  );
  expectEqual("questions to the APIs", [one.asks.length, other.asks.length], [count, count]);
  expectEqual("challenges passed", chat.checks.passed > 0, true);
  using store = new StoreFile(desk);
  expectEqual("generations", store.count("SELECT MAX(generation) FROM job"), 1);
  return `${count - 1} cells waited for one challenge, and were answered after a person had passed it`;
}

/** A person passes it while the run goes on, which takes up what waited, and ends with everything answered. */
async function passItMeanwhile(scheme: Scheme): Promise<string> {
  const questions = Array.from({ length: 4 }, (_, index) => questionOf(index + 1));
  await using desk = await Desk.open();
  await using chat = await startChat(desk, [], scheme);
  chat.setChallenge({ from: 2 });
  const clock = new SimulatedClock();
  const [last = ""] = questions.slice(-1);
  // What keeps the run going until the clock does.
  await using api = await startLlmServer({
    clock,
    scenarios: [{ question: last, scenario: { kind: "answer", delayMs: 1 } }],
  });
  await writePageStudy(desk, {
    chat,
    questions,
    concurrency: 2,
    timeout: 4 * PERSON,
    surfaces: `  - { id: api, adapter: openai-compatible, baseURL: "${api.url}/v1", model: small }`,
  });
  const run = desk.start(["run", "study.yaml"]);
  await until("three cells wait", PERSON, async () => {
    const { stdout } = await desk.run(["inbox", "--json"]);
    return api.asks.length === questions.length && stdout !== "" && JSON.parse(stdout).cells === 3;
  });
  await seeTo(desk, "done");
  await until("the page is asked again", PERSON, () => chat.asks().length === questions.length);
  await clock.advance(1);
  const { code, stderr } = await withinBound("the run", 120_000, run.ended);
  expectEqual(`exit code of the run that went on (${stderr})`, code, 0);
  await checkInvariants(desk, { planned: 2 * questions.length, asks: chat.asks().length + api.asks.length });
  expectEqual(
    "times that each question was asked of the page",
    questions.map((text) => chat.asksOf(text)),
    [1, 1, 1, 1],
  );
  await checkNothingLeft(desk, readdir);
  return "the run that went on took up the 3 that waited";
}

/** A person gives it up: the cells end as blocked, with the evidence of the one that met it. */
async function giveItUp({ desk, questions }: Lanes): Promise<string> {
  await seeTo(desk, "blocked");
  const run = await withinBound("the run after it", 60_000, desk.run(["run", "study.yaml"]));
  expectEqual(`exit code after it (${run.stderr})`, run.code, 3);
  const { blocked } = await desk.ledger();
  expectEqual("blocked", blocked, questions.length - 1);
  const results = (await desk.results()).filter(({ state }) => state === "blocked");
  expectEqual("blocked cells with evidence of their own", results.filter(({ evidence }) => evidence).length, 1);
  expectThat(
    results.every(({ error }) => error?.code === "CHALLENGE"),
    "a blocked cell does not say why",
  );
  return `${blocked} cells blocked, with the evidence`;
}

/** It is given up by a command while a person has it open: the view says so, and saves nothing. */
async function giveItUpElsewhere({ desk }: Lanes): Promise<string> {
  const said = await seeTo(desk, "done", async () => {
    const { code, stderr } = await desk.run(["inbox", "block", "1"]);
    expectEqual(`exit code of inbox block (${stderr})`, code, 0);
  });
  expectThat(said.includes("nothing was saved: it was given up meanwhile"), `the view says: ${said}`);
  const saved = await readdir(join(desk.folder, ".bentham", "sessions")).catch(() => []);
  expectEqual("saved states", saved, []);
  return said;
}

/** Opens the item as an operator would, and lets the scripted person see to it; a second operator is told that it is open. */
async function seeTo(desk: Desk, choice: "done" | "blocked", meanwhile?: () => Promise<void>): Promise<string> {
  const opened = desk.start(["inbox", "open", "1"]);
  if (!opened.process.stdout) throw new Error("a command has an output");
  const lines = createInterface({ input: opened.process.stdout });
  const url = await withinBound(
    "the link",
    60_000,
    lines[Symbol.asyncIterator]()
      .next()
      .then(({ value }) => String(value)),
  );
  const second = await withinBound("the second operator", 60_000, desk.run(["inbox", "open", "1"]));
  expectEqual("exit code of a second inbox open", second.code, 2);
  expectThat(second.stderr.includes(`in the process ${opened.process.pid},`), `it does not tell: ${second.stderr}`);
  await meanwhile?.();
  const said = await withinBound("the person", PERSON, scriptedPerson(url, { choice }));
  const { code, stderr } = await withinBound("the end of inbox open", 30_000, opened.ended);
  expectEqual(`exit code of inbox open (${stderr})`, code, 0);
  return said;
}
