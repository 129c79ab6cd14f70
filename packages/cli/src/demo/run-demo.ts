import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { spawnLlmServer } from "@bentham/testbed";
import type { CommandContext } from "../command-context.ts";
import { runCommandLine } from "../command-line.ts";
import { demoConfiguration, demoStudy } from "./demo-study.ts";

/**
 * Runs the demo study from the first step to the last: surfaces in a process of their own, which ends with the demo; a
 * real store; real requests, one of which meets a 429 that is waited out.
 */
export async function runDemo(context: CommandContext): Promise<number> {
  const { terminal, currentFolder } = context;
  const folder = join(currentFolder, ".bentham", "demo");
  const key = `demo-${randomBytes(16).toString("hex")}`;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await using server = await spawnLlmServer({
    keys: [key],
    scenarios: [
      { scenario: { kind: "answer", delayMs: 150 } },
      { nth: 9, scenario: { kind: "rate-limit", retryAfter: "2" } },
    ],
  });
  await writeFile(join(folder, "study.yaml"), demoStudy(server.url));
  await writeFile(join(folder, "bentham.config.yaml"), demoConfiguration(new URL(server.url).host));

  terminal.tell(terminal.bold("Bentham demo: 8 questions x 2 surfaces x 2 repeats, on this machine alone"));
  const study = join(folder, "study.yaml");
  const own = { ...context, environment: { ...context.environment, BENTHAM_DEMO_KEY: key } };
  const exitCode = await runCommandLine(["run", study, "--new", "--dir", folder], own);

  const shown = relative(currentFolder, folder) || ".";
  terminal.tell("");
  const asks = await server.asks();
  const limited = asks.filter(({ scenario }) => scenario === "rate-limit").length;
  terminal.tell(`${asks.length} questions reached the surfaces; ${limited} of them met a 429, which was waited out`);
  terminal.tell(`study    ${join(shown, "study.yaml")}`);
  terminal.tell(`store    ${join(shown, "bentham.db")}`);
  terminal.tell(`evidence ${join(shown, "evidence")}`);
  terminal.tell("");
  terminal.tell("what to try next:");
  terminal.tell(`  npm run bentham -- results demo --dir ${shown}`);
  terminal.tell(`  npm run bentham -- export demo --dir ${shown} --out answers.jsonl`);
  terminal.tell(`  npm run bentham -- init my-study`);
  return exitCode;
}
