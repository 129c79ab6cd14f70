import { writeFile } from "node:fs/promises";
import { basename, join, relative, resolve } from "node:path";
import { BenthamError } from "@bentham/core";
import { studyJsonSchema } from "@bentham/orchestrator";
import { makeFolder } from "@bentham/runtime";
import type { CommandContext } from "../command-context.ts";

/** Writes a study to start from, and what goes with it. Overwrites nothing. */
export async function init({ terminal, currentFolder }: CommandContext, folder: string): Promise<number> {
  const target = resolve(currentFolder, folder);
  await makeFolder(target, "USAGE");
  const files = {
    "study.yaml": studyTemplate(slugOf(basename(target))),
    "study.schema.json": `${JSON.stringify(studyJsonSchema(), undefined, 2)}\n`,
    "bentham.config.yaml": configurationTemplate,
  };
  for (const [name, content] of Object.entries(files)) {
    await writeNew(join(target, name), content);
    terminal.out(`wrote ${relative(currentFolder, join(target, name)) || name}`);
  }
  terminal.out("next: set OPENAI_API_KEY, then `bentham plan`, which sends nothing, and `bentham run`");
  return 0;
}

async function writeNew(path: string, content: string): Promise<void> {
  try {
    await writeFile(path, content, { flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    throw new BenthamError("USAGE", `${path} is there already; name another folder, or remove it`, { cause: error });
  }
}

function slugOf(name: string): string {
  const slug = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 64);
  return slug === "" ? "my-study" : slug;
}

const studyTemplate = (name: string): string => `# yaml-language-server: $schema=./study.schema.json
name: ${name}
queries: # or  file: questions.csv | questions.jsonl
  - { id: shoes, text: "Which running shoes last longest?" }
  - { id: coffee, text: "What is the best coffee machine under 300 euros?" }
surfaces:
  - { id: openai-api, model: gpt-5-mini, maxOutputTokens: 1024 } # asks with OPENAI_API_KEY
  # - { id: anthropic-api, model: claude-sonnet-5, maxOutputTokens: 1024 } # asks with ANTHROPIC_API_KEY
  # - { id: my-llm, adapter: openai-compatible, baseURL: "http://127.0.0.1:8080/v1", model: small }
locations: [direct]
repeats: 2
budget: { calls: 20 } # stops here; raise it, and the same command goes on
`;

const configurationTemplate = `# What the operator decides, and a study may not. Every key may be left out.
# allowPrivate: true # lets jobs go to loopback and private addresses
# surfaces:
#   my-llm: { baseURL: "http://127.0.0.1:8080/v1" }
# prices: # for budget.usd, in US dollars
#   openai-api: { inputPerMillion: 0.25, outputPerMillion: 2 }
# vault:
#   file: keys/vault.age # where \`bentham vault\` keeps credentials; in the data folder unless said
#   identity: keys/identity.txt # what opens it
#   environment: # credential pools: an environment variable, and the hosts it may be sent to
#     team-account: { variable: TEAM_ACCOUNT_KEY, hosts: [llm.example.com] }
# authorities: [authority.pem] # trusted beside the usual ones
# worker: { timeout: 120000 } # longest time of one attempt, in milliseconds
`;
