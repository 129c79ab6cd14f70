import type { Desk } from "./bentham.ts";

/** A study of generated questions against one OpenAI-compatible server. */
export interface StudyOptions {
  readonly url: string;
  readonly questions: number;
  readonly concurrency?: number;
  /** Lines of YAML to add at the end. */
  readonly more?: string;
  /** The pool that the surface is asked with. */
  readonly credential?: string;
  /** Lines of YAML to add to the configuration. */
  readonly configuration?: string;
}

/** The question with that number, from 1. */
export function questionOf(number: number): string {
  return `Question ${number}: what is ${number} times ${number}, and why?`;
}

/** Puts `study.yaml`, its questions and a configuration on the desk. */
export async function writeStudy(desk: Desk, options: StudyOptions): Promise<void> {
  const { url, questions, concurrency = 8, more = "", configuration = "", credential } = options;
  const lines = Array.from({ length: questions }, (_, index) =>
    JSON.stringify({ id: `q${index + 1}`, text: questionOf(index + 1) }),
  );
  await desk.write("questions.jsonl", `${lines.join("\n")}\n`);
  await desk.write("bentham.config.yaml", `allowPrivate: true\n${configuration}\n`);
  await desk.write(
    "study.yaml",
    `name: fault
queries: { file: questions.jsonl }
surfaces:
  - { id: llm, adapter: openai-compatible, baseURL: "${url}/v1", model: small${credential === undefined ? "" : `, credential: ${credential}`} }
concurrency: ${concurrency}
limits: { llm: { concurrency: ${concurrency} } }
${more}
`,
  );
}
