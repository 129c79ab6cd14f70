import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { JobResult } from "@bentham/core";
import { answerTo } from "@bentham/testbed";
import type { Desk } from "./bentham.ts";
import { expectAllAnswered, expectEqual, expectThat } from "./check.ts";
import { questionOf } from "./study.ts";

/**
 * The invariants of a run whose every cell has to be answered: the ledger adds up, nothing is pending, each cell has one
 * current result, each answer is what the server says to its question, and each bag is there and whole.
 */
export async function checkAnsweredRun(desk: Desk, planned: number): Promise<void> {
  expectAllAnswered(await desk.ledger(), planned);
  const results = await desk.results();
  expectEqual("current results", results.length, planned);
  expectEqual("cells with a result", new Set(results.map(({ jobId }) => jobId)).size, planned);
  for (const { evidence } of results) {
    await checkBag(join(desk.folder, ".bentham", "evidence", evidence?.bagPath ?? "no bag"));
  }
  checkAnswers(results);
}

/** @throws Error unless each result holds, word for word, what the server says to its question. */
export function checkAnswers(results: readonly JobResult[]): void {
  for (const { queryId, success, response } of results) {
    const expected = answerTo(questionOf(Number(queryId.slice(1))));
    expectThat(success && response?.text === expected, `the answer of ${queryId} is not what the server sent`);
  }
}

/** @throws Error unless every file of the bag has the hash that its manifest says. */
export async function checkBag(bag: string): Promise<void> {
  const manifest = await readFile(join(bag, "manifest-sha256.txt"), "utf8");
  for (const line of manifest.trimEnd().split("\n")) {
    const [hash, file = ""] = line.split(/ {1,2}\*?(.*)/s);
    const bytes = await readFile(join(bag, file));
    expectEqual(`the hash of ${file}`, createHash("sha256").update(bytes).digest("hex"), hash);
  }
}
