import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { JobResult, Ledger } from "@bentham/core";
import { findSecret, processesMarked, secretFormsIn } from "@bentham/testbed";
import type { Desk } from "./bentham.ts";
import { checkAnswers, checkBag } from "./check-run.ts";
import { expectAllAnswered, expectEqual, expectThat } from "./check.ts";
import { StoreFile } from "./store.ts";

/** What a run was, whatever became of its cells. */
export interface RunFacts {
  readonly planned: number;
  /**
   * Questions that the surfaces counted. Where they could not be reached, `unreached`: the store counts a question before
   * its connection is made.
   */
  readonly asks: number | "unreached";
  /** Jobs that were in hand when processes were killed: so many questions may have been asked for nothing. @default 0 */
  readonly killed?: number;
  /** Cells that are left, as the run was stopped. @default 0 */
  readonly pending?: number;
}

/**
 * The invariants of the fault matrix, after every process of the run has ended; the bound on time is checked where it is
 * waited.
 *
 * - I1: the ledger adds up, and a cell has one current result if it has ended, and none else.
 * - I2: the surfaces counted as many questions as the store did, and one more for each job in hand at a kill.
 * - I3: nobody holds a lease.
 * - I4: no process is left, and no file of one.
 * - I5: the desk's canary, which every command had as a key, is in no file, row, line or argument.
 * - I6: each attempt's bag is there and whole, and there is no other, nor a part of one.
 */
export async function checkInvariants(desk: Desk, facts: RunFacts): Promise<Ledger> {
  return (await checkRun(desk, facts)).ledger;
}

/** The same of a run whose every cell has to be answered, with what the server says to its question. */
export async function checkAllAnswered(desk: Desk, facts: RunFacts): Promise<void> {
  const { ledger, results } = await checkRun(desk, facts);
  expectAllAnswered(ledger, facts.planned);
  checkAnswers(results);
  using store = new StoreFile(desk);
  const bags = new Set(store.attempts().flatMap(({ outcome, bagPath }) => (outcome === "answered" ? bagPath : [])));
  for (const { queryId, evidence } of results) {
    expectThat(bags.has(evidence?.bagPath ?? ""), `I6: the result of ${queryId} names no bag of an answered attempt`);
  }
}

interface CheckedRun {
  readonly ledger: Ledger;
  readonly results: readonly JobResult[];
}

async function checkRun(desk: Desk, facts: RunFacts): Promise<CheckedRun> {
  using store = new StoreFile(desk);
  checkAsks(store, facts);
  const leases = "SELECT COUNT(*) FROM job WHERE state = 'leased' OR lease_token IS NOT NULL OR worker_id IS NOT NULL";
  expectEqual("I3, leases held", store.count(leases), 0);
  const accounts = `SELECT COUNT(*) FROM shared_state
    WHERE key LIKE 'credential-pool/%' AND json_extract(value, '$.held') <> '{}'`;
  expectEqual("I3, accounts held", store.count(accounts), 0);
  await checkNothingRuns(desk);
  const checked = await checkLedger(desk, facts);
  await checkBags(desk, store, facts);
  await checkNoCanary(desk, store); // Last, as it looks at what the commands above have printed, too.
  return checked;
}

async function checkLedger(desk: Desk, { planned, pending = 0 }: RunFacts): Promise<CheckedRun> {
  const ledger = await desk.ledger();
  const { answered, failed, blocked, cancelled, skipped, parked } = ledger;
  const ended = answered + failed + blocked + cancelled + skipped;
  expectEqual("I1, planned", ledger.planned, planned);
  expectEqual("I1, pending", ledger.pending, pending);
  expectEqual("I1, sum", ended + parked + pending, planned);
  const results = await desk.results();
  expectEqual("I1, current results", results.length, ended);
  expectEqual("I1, cells with a result", new Set(results.map(({ jobId }) => jobId)).size, ended);
  return { ledger, results };
}

function checkAsks(store: StoreFile, { asks, killed = 0 }: RunFacts): void {
  const stored = store.count("SELECT COALESCE(SUM(asks), 0) FROM attempt");
  expectEqual("I2, questions of the run and of its attempts", store.count("SELECT SUM(asks) FROM run"), stored);
  const open = store.count("SELECT COUNT(*) FROM attempt WHERE outcome IS NULL");
  expectThat(open <= killed, `I2: ${open} attempts have no end, and ${killed} jobs were in hand at a kill`);
  if (asks === "unreached") return;
  const isKept = asks <= stored && asks >= stored - killed;
  expectThat(isKept, `I2: the surfaces counted ${asks} questions, the store ${stored}`);
}

async function checkNothingRuns(desk: Desk): Promise<void> {
  const left = await processesMarked(desk.folder);
  expectEqual(
    "I4, processes left",
    left.map(({ command }) => command),
    [],
  );
  const run = join(desk.folder, ".bentham", "run");
  expectEqual("I4, files of processes left", existsSync(run) ? await readdir(run) : [], []);
}

async function checkNoCanary(desk: Desk, store: StoreFile): Promise<void> {
  const places = await findSecret(desk.folder, desk.canary);
  expectEqual(
    "I5, places of the canary",
    places.map(({ file, form }) => `${file} (${form})`),
    [],
  );
  expectEqual("I5, forms of the canary in the store", secretFormsIn(store.text(), desk.canary), []);
  expectEqual("I5, forms of the canary in what was printed", secretFormsIn(desk.said, desk.canary), []);
}

/** The path of the bag of a root, from the evidence folder. */
const ROOT_BAG = /^[^/]+\/root-\d+$/;

async function checkBags(desk: Desk, store: StoreFile, { killed = 0 }: RunFacts): Promise<void> {
  const evidence = join(desk.folder, ".bentham", "evidence");
  const bags = (await readdir(evidence, { recursive: true }))
    .filter((path) => path.endsWith("/bagit.txt") && !path.startsWith(".staging/"))
    .map((path) => path.slice(0, -"/bagit.txt".length));
  const named = new Set(store.attempts().flatMap(({ bagPath }) => bagPath ?? []));
  for (const path of named) expectThat(bags.includes(path), `I6: the bag ${path} is missing`);
  const brokenOff = new Set(store.brokenOff());
  const orphans = bags.filter(
    (path) => !named.has(path) && !brokenOff.has(path.split("/").slice(1).join("/")) && !ROOT_BAG.test(path),
  );
  expectThat(orphans.length <= killed, `I6: no attempt names ${orphans.join(", ")}`);
  for (const path of bags) await checkBag(join(evidence, path));
  const staging = join(evidence, ".staging");
  const staged = existsSync(staging) ? await readdir(staging) : [];
  expectThat(staged.length <= killed, `I6: staged and left: ${staged.join(", ")}`);
  if (bags.length === 0) return;
  const { code, stdout } = await desk.run(["verify", ".bentham/evidence"]);
  expectEqual(`I6, exit code of verify (${stdout})`, code, 0);
}
