import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { JobResult } from "@bentham/core";
import { findSecret, secretFormsIn, startLlmServer } from "@bentham/testbed";
import type { Fault, Scale } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { expectEqual, expectThat } from "../support/check.ts";
import { LEAKY_ANSWER_SHOWN, LEAKY_DEFINITION, startLeakyChat } from "../support/leaky-chat.ts";
import { eachScheme, type Scheme, servedOver } from "../support/schemes.ts";
import { coloursIn, decodePng, isPartOf } from "../support/png.ts";

export const fault: Fault = {
  id: "planted-secrets",
  title:
    "a page with nine secrets, each in a place of its own and in attributes in several encodings, and an API with a key",
  expected:
    "none is in a byte of a bag, the database or a line printed, in any encoding; the answer is in every artefact",
  run: (scale) => eachScheme(scale, (scheme) => plant(scale, scheme)),
};

async function plant(scale: Scale, scheme: Scheme): Promise<string> {
  const questions = scale === "full" ? 5 : 1;
  const key = `CANARY-key-${randomBytes(16).toString("hex")}`;
  await using desk = await Desk.open();
  const served = await servedOver(desk, scheme);
  await using chat = await startLeakyChat(served);
  await using llm = await startLlmServer({ ...served, keys: [key] });
  await writeStudy(desk, chat.url, llm.url, questions);
  const ended = await desk.run(["run", "study.yaml"], { environment: { LLM_KEY: key } });
  expectEqual(`exit code (${ended.stderr})`, ended.code, 0);
  expectEqual("secrets that were in use", [...chat.used].sort(), Object.keys(chat.secrets).sort());
  const results = await desk.results();
  for (const verb of ["status", "results"]) await desk.run([verb, "study.yaml"]);

  const evidence = join(desk.folder, ".bentham", "evidence");
  const archives = await readableArchives(evidence);
  const secrets = Object.entries({ ...chat.secrets, "key of the API": key });
  for (const [kind, secret] of secrets) {
    expectEqual(`places of the ${kind}`, await findSecret(join(desk.folder, ".bentham"), secret), []);
    expectEqual(`forms of the ${kind} among what was printed`, secretFormsIn(desk.said, secret), []);
    expectEqual(`forms of the ${kind} in archives of pages`, secretFormsIn(archives, secret), []);
  }
  for (const result of results) await checkUseful(evidence, result);
  return `${secrets.length} secrets in use, none in any file of ${results.length} attempts; every answer is in every artefact`;
}

/** The answer can be had of every artefact by itself. */
async function checkUseful(evidence: string, { surfaceId, response, evidence: kept }: JobResult): Promise<void> {
  const bag = join(evidence, kept?.bagPath ?? "none");
  expectEqual(`state of the evidence (${kept?.reasons?.join("; ")})`, kept?.state, "complete");
  const har = await readFile(join(bag, "data/network.har"), "utf8");
  expectThat(har.includes("[REDACTED:"), "nothing was taken out of the requests");
  if (surfaceId === "llm") {
    expectEqual("check of an API's answer", kept?.check, { network: "equal", page: "not-available" });
    expectThat(
      har.includes(JSON.stringify(JSON.stringify(response?.text)).slice(3, -3)),
      "the answer is not in the HAR",
    );
    return;
  }
  expectEqual("answer of the page", response?.text, LEAKY_ANSWER_SHOWN);
  expectEqual("check of the page's answer", kept?.check, { network: "equal", page: "equal" });
  expectThat(har.includes('{\\"delta\\":\\"The **Alpha** la\\"}'), "the stream's events are not in the HAR");
  const archive = readable(await readFile(join(bag, "data/page.mhtml"), "latin1"));
  expectThat(archive.includes(LEAKY_ANSWER_SHOWN), "the answer is not in the page's archive");
  expectThat(/data-raw-0="\[REDACTED:[0-9a-f]{8}\]"/.test(archive), "the page's attributes are not in its archive");
  const answer = decodePng(await readFile(join(bag, "data/answer.png")));
  expectThat(coloursIn(answer) > 8, "there is no text in the picture of the answer");
  const screen = decodePng(await readFile(join(bag, "data/screenshot.png")));
  expectThat(isPartOf(answer, screen), "the picture of the answer is not part of the picture of the page");
}

/** Quoted-printable may end a line in the middle of a secret. */
async function readableArchives(evidence: string): Promise<string> {
  const files = (await readdir(evidence, { recursive: true })).filter((file) => file.endsWith(".mhtml"));
  expectThat(files.length > 0, "there is no archive of a page");
  const texts = await Promise.all(files.map((file) => readFile(join(evidence, file), "latin1")));
  return texts.map((text) => readable(text)).join("\n");
}

function readable(quotedPrintable: string): string {
  return quotedPrintable
    .replaceAll(/=\r?\n/g, "")
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

async function writeStudy(desk: Desk, chat: string, llm: string, questions: number): Promise<void> {
  const lines = Array.from({ length: questions }, (_, index) =>
    JSON.stringify({ id: `q${index + 1}`, text: `Question ${index + 1}: which shoes last longest?` }),
  );
  await desk.write("questions.jsonl", `${lines.join("\n")}\n`);
  await desk.write("leaky-chat.yaml", LEAKY_DEFINITION);
  const vault = `vault: { environment: { team: { variable: LLM_KEY, hosts: ["${new URL(llm).host}"] } } }`;
  await desk.write(
    "bentham.config.yaml",
    `allowPrivate: true\nauthorities: [authority.pem]\nwebSurfaces: [leaky-chat.yaml]\n${vault}\n`,
  );
  await desk.write(
    "study.yaml",
    `name: leaks
queries: { file: questions.jsonl }
surfaces:
  - { id: leaky-chat, baseURL: "${chat}" }
  - { id: llm, adapter: openai-compatible, baseURL: "${llm}/v1", model: small, credential: team }
concurrency: 2
human: false
`,
  );
}
