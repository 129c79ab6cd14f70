import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withTemporaryFolder } from "@bentham/testbed";
import { InvalidFileError } from "../../src/index.ts";
import { loadStudy, type Study } from "../../src/study/load-study.ts";

/** What a study must at least have, in four lines. */
export const MINIMAL = `name: brand
queries:
  - { id: q1, text: "Why?" }
surfaces: [{ id: openai-api, model: small }]
`;

/** Other files beside a study, by name. */
type OtherFiles = Readonly<Record<string, string | Uint8Array>>;

/** Writes a study, and what goes with it, and reads it. */
export async function studyOf(text: string | Uint8Array, others: OtherFiles = {}): Promise<Study> {
  return withTemporaryFolder(async (folder) => {
    for (const [name, content] of Object.entries({ ...others, "study.yaml": text })) {
      await writeFile(join(folder, name), content);
    }
    return loadStudy(join(folder, "study.yaml"));
  });
}

/** The lines that tell what is wrong with a study. */
export async function refusalOf(text: string | Uint8Array, others?: OtherFiles): Promise<string[]> {
  return (await errorOf(text, others)).message.split("\n");
}

/** The error that a study is refused with. */
export async function errorOf(text: string | Uint8Array, others?: OtherFiles): Promise<InvalidFileError> {
  try {
    await studyOf(text, others);
  } catch (error) {
    if (error instanceof InvalidFileError && error.code === "STUDY_INVALID") return error;
    throw error;
  }
  throw new Error("the study was taken");
}
