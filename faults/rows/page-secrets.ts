import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { findSecret, processesMarked, secretFormsIn, spawnLlmServer, startProxy } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { Desk, type Started } from "../support/bentham.ts";
import { expectEqual, expectThat } from "../support/check.ts";
import { checkNothingLeft, startChat, writePageStudy } from "../support/pages.ts";
import { eachScheme, type Scheme } from "../support/schemes.ts";
import { questionOf } from "../support/study.ts";

export const fault: Fault = {
  id: "page-secrets",
  title:
    "a page with a session cookie and a hidden field is asked, and an API with a key of the vault's, through a proxy",
  inEveryTest: true,
  expected:
    "key, proxy password, cookies and hidden fields are in no byte of a bag, the database, a line printed or an argument of Chromium",
  run: (scale) => eachScheme(scale, (scheme) => lookForSecrets(scale === "full" ? 8 : 2, scheme)),
};

async function lookForSecrets(count: number, scheme: Scheme): Promise<string> {
  const questions = Array.from({ length: count }, (_, index) => questionOf(index + 1));
  const key = `CANARY-key-${randomBytes(16).toString("hex")}`;
  const password = `CANARY-password-${randomBytes(16).toString("hex")}`;
  await using desk = await Desk.open();
  await using proxy = await startProxy({ username: "user", password });
  await using chat = await startChat(desk, [], scheme);
  await using llm = await spawnLlmServer({ keys: [key] });
  await writePageStudy(desk, {
    chat,
    questions,
    locations: ["direct", "far"],
    surfaces: `  - { id: llm, adapter: openai-compatible, baseURL: "${llm.url}/v1", model: small, credential: team }`,
    configuration: `locations: { far: { proxies: [{ server: "${proxy.url}", username: user, passwordVariable: FAR }] } }`,
  });
  const set = await desk.run(["vault", "set", "team", "--host", new URL(llm.url).host], { input: `${key}\n` });
  expectEqual(`exit code of vault set (${set.stderr})`, set.code, 0);
  const started = desk.start(["run", "study.yaml"], { environment: { FAR: password } });
  const [ended, watched] = await Promise.all([started.ended, watchArguments(desk, started)]);
  expectEqual(`exit code (${ended.stderr})`, ended.code, 0);
  const shown = [set.stdout, set.stderr, ended.stdout, ended.stderr];
  for (const verb of ["status", "results", "export"]) shown.push((await desk.run([verb, "study.yaml"])).stdout);

  const secrets = [key, password, ...chat.secretsSeen()];
  expectThat(secrets.length > questions.length * 2, `the page has handed out ${secrets.length} secrets only`);
  for (const secret of secrets) {
    const places = await findSecret(join(desk.folder, ".bentham"), secret);
    expectEqual("places of a secret", places, []);
    expectEqual("forms of a secret among what was printed", secretFormsIn(shown.join("\n"), secret), []);
    expectEqual("forms of a secret among arguments", secretFormsIn(watched.join("\n"), secret), []);
  }
  expectThat(watched.length > 0, "no argument of Chromium was seen");
  await checkNothingLeft(desk, readdir);
  return `${secrets.length} secrets, ${watched.length} command lines of Chromium: none in any`;
}

/** The command lines of every browser process that is seen while the command runs. */
async function watchArguments(desk: Desk, { ended }: Started): Promise<string[]> {
  const commands = new Set<string>();
  const progress = { isOver: false };
  void ended.then(() => (progress.isOver = true));
  while (!progress.isOver) {
    for (const { command } of await processesMarked(join(desk.folder, ".bentham", "run"))) commands.add(command);
    await sleep(100);
  }
  return [...commands];
}
