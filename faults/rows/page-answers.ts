import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { JobResult } from "@bentham/core";
import { type ChatServer, markdownAsShown, normaliseShown } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { expectAllAnswered, expectEqual, expectThat } from "../support/check.ts";
import { checkNothingLeft, startChat, writePageStudy } from "../support/pages.ts";
import { eachScheme, type Scheme } from "../support/schemes.ts";
import { questionOf } from "../support/study.ts";

/** Real questions, where the folder that holds them lies beside the repository. */
const REAL = new URL("../../../shared/data/questions/truthfulqa-en.jsonl", import.meta.url);

export const fault: Fault = {
  id: "page-answers",
  title: "questions are asked of a chat page, two at a time, and one byte of each file of a bag is changed afterwards",
  inEveryTest: true,
  expected:
    "each answer is what the page's server streamed; HAR, archive and pictures hold it; sha256sum passes, and fails after each change",
  run: (scale) =>
    eachScheme(scale, (scheme) => askAndChange(scale === "small" ? 4 : scheme === "https" ? 50 : 10, scheme)),
};

async function askAndChange(count: number, scheme: Scheme): Promise<string> {
  const { questions, source } = await someQuestions(count);
  await using desk = await Desk.open();
  await using chat = await startChat(desk, [], scheme);
  await writePageStudy(desk, { chat, questions });
  const { code, stderr } = await desk.run(["run", "study.yaml"]);
  expectEqual(`exit code (${stderr})`, code, 0);
  expectAllAnswered(await desk.ledger(), questions.length);
  expectEqual("asks", chat.asks().length, questions.length);
  const results = await desk.results();
  expectEqual("results", results.length, questions.length);
  for (const result of results) await checkResult(desk, chat, questions, result);
  const changes = await checkChanges(
    desk,
    join(desk.folder, ".bentham", "evidence", results[0]?.evidence?.bagPath ?? ""),
  );
  await checkNothingLeft(desk, readdir);
  return `${questions.length} ${source} questions, ${results.length} answers as streamed, ${changes} changes found`;
}

async function someQuestions(count: number): Promise<{ readonly questions: string[]; readonly source: string }> {
  if (!existsSync(REAL)) {
    return { questions: Array.from({ length: count }, (_, index) => questionOf(index + 1)), source: "made-up" };
  }
  const lines = (await readFile(REAL, "utf8")).split("\n").slice(0, count);
  return { questions: lines.map((line) => String(JSON.parse(line).text)), source: "real" };
}

async function checkResult(
  desk: Desk,
  chat: ChatServer,
  questions: readonly string[],
  result: JobResult,
): Promise<void> {
  const question = questions[Number(result.queryId.slice(1)) - 1] ?? "";
  const markdown = chat.answers.get(question) ?? "";
  const shown = markdownAsShown(markdown);
  expectEqual(`the answer to "${question}"`, normaliseShown(result.response?.text ?? ""), shown);
  expectEqual(`the evidence of ${result.queryId}`, result.evidence?.state, "complete");
  const bag = join(desk.folder, ".bentham", "evidence", result.evidence?.bagPath ?? "");
  await sha256sum(bag);
  expectEqual("the answer in the HAR", await streamedIn(bag), markdown);
  const [firstLine = ""] = shown.split("\n");
  expectThat((await archiveIn(bag)).includes(firstLine.slice(0, 30)), `page.mhtml does not hold "${firstLine}"`);
  for (const picture of ["screenshot.png", "answer.png"]) {
    const png = await readFile(join(bag, "data", picture));
    expectEqual(`what ${picture} begins with`, png.subarray(1, 4).toString(), "PNG");
    // A picture of nothing is a few hundred bytes.
    expectThat(png.length > 4_000, `${picture} has ${png.length} bytes: there is nothing in it`);
  }
}

async function sha256sum(bag: string): Promise<void> {
  await promisify(execFile)("sha256sum", ["--check", "--quiet", "--strict", "manifest-sha256.txt"], { cwd: bag });
}

/** The text that the page's server streamed, put together from the HAR. */
async function streamedIn(bag: string): Promise<string> {
  const har: {
    readonly log: {
      readonly entries: readonly {
        readonly request: { readonly url: string };
        readonly response: { readonly content: { readonly text?: string } };
      }[];
    };
  } = JSON.parse(await readFile(join(bag, "data/network.har"), "utf8"));
  const entry = har.log.entries.find(({ request }) => request.url.endsWith("/api/ask"));
  const events = (entry?.response.content.text ?? "").matchAll(/^data: (\{.*\})$/gm);
  return Array.from(events, ([, event = ""]) => String(JSON.parse(event).delta ?? "")).join("");
}

/** The text of the archive's document, without its quoted-printable and its tags. */
async function archiveIn(bag: string): Promise<string> {
  const quoted = (await readFile(join(bag, "data/page.mhtml"), "latin1")).replaceAll(/=\r?\n/g, "");
  const bytes = quoted.replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const html = Buffer.from(bytes, "latin1")
    .toString("utf8")
    .replaceAll(/<[^>]*>/g, "");
  return html.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
}

/** Changes one byte of each file of a bag, each in a copy of its own. */
async function checkChanges(desk: Desk, bag: string): Promise<number> {
  const files = (await readdir(join(bag, "data"))).map((name) => `data/${name}`);
  for (const [index, file] of files.entries()) {
    const copy = join(desk.folder, `changed-${index}`);
    await cp(bag, copy, { recursive: true });
    const bytes = await readFile(join(copy, file));
    const at = Math.floor(bytes.length / 2);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    await writeFile(join(copy, file), bytes);
    const [summed] = await Promise.allSettled([sha256sum(copy)]);
    expectEqual(`sha256sum with a changed ${file}`, summed.status, "rejected");
    const verified = await desk.run(["verify", copy]);
    expectEqual(`exit code of verify with a changed ${file}`, verified.code, 20);
    expectThat(verified.stdout.includes(file), `verify does not name ${file}: ${verified.stdout}`);
  }
  return files.length;
}
