import type { Scale } from "../fault.ts";
import { CANARY, type Desk } from "./bentham.ts";

/** An adapter that asks over an API. */
export type ApiAdapter = "openai-compatible" | "openai-api" | "anthropic-api";

/** A study of generated questions against a fake vendor. */
export interface StudyOptions {
  /** Over https, by a certificate of the authority that is on the desk. */
  readonly url: string;
  /** Servers to ask the same of, as the surfaces llm-2, llm-3 and so on. @default none */
  readonly otherUrls?: readonly string[];
  readonly questions: number;
  /** What the servers are asked as. @default "openai-compatible" */
  readonly adapter?: ApiAdapter;
  readonly concurrency?: number;
  /** Lines of YAML to add at the end. */
  readonly more?: string;
  /** The pool that the surface is asked with. */
  readonly credential?: string;
  /** Lines of YAML to add to the configuration. */
  readonly configuration?: string;
}

/** What `work` tells of each adapter in turn; in small, of the first alone. */
export async function eachAdapter(scale: Scale, work: (adapter: ApiAdapter) => Promise<string>): Promise<string> {
  const adapters: readonly ApiAdapter[] = ["openai-compatible", "openai-api", "anthropic-api"];
  const seen: string[] = [];
  for (const adapter of scale === "full" ? adapters : adapters.slice(0, 1)) {
    seen.push(`${adapter}: ${await work(adapter)}`);
  }
  return seen.join("; ");
}

/** The question with that number, from 1. */
export function questionOf(number: number): string {
  return `Question ${number}: what is ${number} times ${number}, and why?`;
}

/** Puts `study.yaml`, its questions and a configuration on the desk. */
export async function writeStudy(desk: Desk, options: StudyOptions): Promise<void> {
  const { url, otherUrls = [], questions, adapter = "openai-compatible", concurrency = 8, credential } = options;
  const { more = "", configuration = "" } = options;
  const lines = Array.from({ length: questions }, (_, index) =>
    JSON.stringify({ id: `q${index + 1}`, text: questionOf(index + 1) }),
  );
  await desk.write("questions.jsonl", `${lines.join("\n")}\n`);
  const surfaces = [url, ...otherUrls].map((each, index) => {
    const pool = credential === undefined ? "" : `, credential: ${credential}`;
    return {
      id: index === 0 ? "llm" : `llm-${index + 1}`,
      settings: `adapter: ${adapter}, baseURL: "${each}/v1", model: small${pool}`,
    };
  });
  const slots = Math.ceil(concurrency / surfaces.length);
  const trust = url.startsWith("https:") ? "authorities: [authority.pem]\n" : "";
  await desk.write("bentham.config.yaml", `allowPrivate: true\n${trust}${configuration}\n`);
  await desk.write(
    "study.yaml",
    `name: fault
queries: { file: questions.jsonl }
surfaces:
${surfaces.map(({ id, settings }) => `  - { id: ${id}, ${settings} }`).join("\n")}
concurrency: ${concurrency}
limits: { ${surfaces.map(({ id }) => `${id}: { concurrency: ${slots} }`).join(", ")} }
${more}
`,
  );
}

/** The same, of surfaces that are asked with the desk's canary as their key. */
export async function writeCanaryStudy(desk: Desk, options: Omit<StudyOptions, "credential">): Promise<void> {
  const hosts = [options.url, ...(options.otherUrls ?? [])].map((url) => JSON.stringify(new URL(url).host));
  const vault = `vault: { environment: { canary: { variable: ${CANARY}, hosts: [${hosts.join(", ")}] } } }`;
  const configuration = `${vault}\n${options.configuration ?? ""}`;
  await writeStudy(desk, { ...options, configuration, credential: "canary" });
}
