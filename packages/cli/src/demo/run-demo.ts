import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { Readable } from "node:stream";
import { EXIT_CODES } from "@bentham/orchestrator";
import { openStore } from "@bentham/runtime";
import { createAuthority, scriptedPerson, type SpawnedLlmServer, spawnLlmServer, spawnTestbed } from "@bentham/testbed";
import type { CommandContext } from "../command-context.ts";
import { runCommandLine } from "../command-line.ts";
import { demoChatPage, demoConfiguration, type DemoPlaces, demoStudy } from "./demo-study.ts";

/** Name of the environment variable that the demo's configuration takes its proxy's password from. */
const PROXY_PASSWORD = "BENTHAM_DEMO_PROXY_PASSWORD";

/**
 * Runs the demo study from the first step to the last: surfaces and a proxy in processes of their own, which end with the
 * demo; a real store, a real browser, a credential from an encrypted vault; real requests, one of which meets a 429 that
 * is waited out; a challenge, which a person has to pass, here a script that uses the page of the inbox as a person would; and
 * bags, which are verified.
 */
export async function runDemo(context: CommandContext): Promise<number> {
  const { terminal, currentFolder } = context;
  const folder = join(currentFolder, ".bentham", "demo");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const key = `demo-${randomBytes(16).toString("hex")}`;
  const password = randomBytes(16).toString("hex");
  const authority = await createAuthority();
  await using llm = await spawnLlmServer({
    keys: [key],
    scenarios: [
      { scenario: { kind: "answer", delayMs: 150 } },
      { nth: 5, scenario: { kind: "rate-limit", retryAfter: "2" } },
    ],
  });
  await using pages = await spawnTestbed({
    chat: {
      tls: await authority.issue(),
      scenarios: [{ scenario: { kind: "answer", delayMs: 300, chunkDelayMs: 30 } }],
      challenge: { language: "de" }, // Who comes from demo-town.
    },
    proxy: { username: "demo", password },
  });
  const places = { llm: llm.url, chat: pages.urls.chat ?? "", proxy: pages.urls.proxy ?? "" };
  await writeFiles(folder, places, authority.certificate);

  const own = { ...context, environment: { ...context.environment, [PROXY_PASSWORD]: password } };
  const vault = ["vault", "set", "demo", "--host", new URL(llm.url).host, "--dir", folder];
  const stored = await runCommandLine(vault, { ...own, input: Readable.from([key]) });
  if (stored !== 0) return stored;
  terminal.tell(terminal.bold("Bentham demo: 4 questions x 2 surfaces x 2 locations, on this machine alone"));
  const run = ["run", join(folder, "study.yaml"), "--dir", folder];
  const met = await runCommandLine([...run, "--new"], own);
  const passed = met === EXIT_CODES["parked cells"] ? await passChallenges(own, folder) : [];
  const ran = passed.length > 0 ? await runCommandLine(run, own) : met;
  terminal.tell("");
  const verified = await runCommandLine(["verify", join(folder, "evidence")], own);
  await tellWhatThereIs(context, folder, llm, passed);
  return ran === 0 ? verified : ran;
}

/** Lets the scripted person see to all that waits. Gives what the pages said in the end. */
async function passChallenges(context: CommandContext, folder: string): Promise<string[]> {
  const where = ["--dir", folder, "--config", join(folder, "bentham.config.yaml")];
  context.terminal.tell("");
  await runCommandLine(["inbox", ...where], context);
  const said: string[] = [];
  for (const id of await itemsIn(folder))
    said.push(await passChallenge(context, ["inbox", "open", String(id), ...where]));
  context.terminal.tell("");
  return said;
}

async function itemsIn(folder: string): Promise<number[]> {
  await using store = await openStore(folder);
  return (await store.inboxItems()).map(({ id }) => id);
}

/** Opens the page of the inbox, and hands its link to the scripted person. */
async function passChallenge(context: CommandContext, command: readonly string[]): Promise<string> {
  const { terminal } = context;
  let person: Promise<string> | undefined;
  const out = (line: string): void => {
    terminal.out(line);
    if (person) return;
    person = scriptedPerson(line);
    person.catch(() => undefined); // Awaited below, when the page has ended.
    terminal.tell("a script does so now: it looks for the button in the picture of the page, and clicks where it is");
  };
  await runCommandLine(command, { ...context, terminal: { ...terminal, out } });
  return (await person) ?? "";
}

async function writeFiles(folder: string, places: DemoPlaces, certificate: string): Promise<void> {
  await writeFile(join(folder, "study.yaml"), demoStudy(places));
  await writeFile(join(folder, "bentham.config.yaml"), demoConfiguration(places));
  await writeFile(join(folder, "demo-chat.yaml"), demoChatPage);
  await writeFile(join(folder, "authority.pem"), certificate);
}

async function tellWhatThereIs(
  { terminal, currentFolder }: CommandContext,
  folder: string,
  llm: SpawnedLlmServer,
  passed: readonly string[],
): Promise<void> {
  const shown = relative(currentFolder, folder) || ".";
  const asks = await llm.asks();
  const limited = asks.filter(({ scenario }) => scenario === "rate-limit").length;
  const { bag, screenshot } = await evidenceToShow(folder);
  terminal.tell(`${asks.length} questions reached the API; ${limited} of them met a 429, which was waited out`);
  for (const said of passed)
    terminal.tell(`demo-town met a challenge on demo-chat; a scripted person passed it: ${said}`);
  terminal.tell(`study       ${join(shown, "study.yaml")}`);
  terminal.tell(`store       ${join(shown, "bentham.db")}`);
  terminal.tell(`a bag       ${join(shown, "evidence", bag)}`);
  terminal.tell(`a picture   ${join(shown, "evidence", screenshot)}`);
  terminal.tell("");
  terminal.tell("what to try next:");
  terminal.tell(`  npm run bentham -- results demo --dir ${shown}`);
  terminal.tell(`  npm run bentham -- export demo --dir ${shown} --out answers.jsonl`);
  terminal.tell(`  (cd ${join(shown, "evidence", bag)} && sha256sum -c manifest-sha256.txt)`);
  terminal.tell(`  npm run bentham -- init my-study`);
}

/** The latest answer of a page that there is a picture of. */
async function evidenceToShow(folder: string): Promise<{ readonly bag: string; readonly screenshot: string }> {
  await using store = await openStore(folder);
  const run = await store.latestRun("demo");
  let found = { bag: "", screenshot: "" };
  for await (const { evidence } of run ? store.results(run.runId) : []) {
    const { bagPath: bag, screenshotPath: screenshot } = evidence ?? {};
    if (bag !== undefined && screenshot !== undefined) found = { bag, screenshot };
  }
  return found;
}
