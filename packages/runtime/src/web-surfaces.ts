import { resolve } from "node:path";
import { BenthamError, isJsonPointer, keyNameProblem } from "@bentham/core";
import { readYamlFile } from "@bentham/orchestrator";
import {
  builtInSurfaces,
  type SurfaceAdapterInfo,
  type WebDefinition,
  webSurfaceInfo,
} from "@bentham/surface-adapters";
import { z } from "zod";
import { type Configuration, folderOf } from "./configuration.ts";

const candidates = z.array(z.string().min(1)).min(1, "name at least one candidate");

/** What sends the question: as `key:NAME`, a key that there is. */
const sender = z
  .string()
  .min(1)
  .superRefine((candidate, context) => {
    const problem = candidate.startsWith("key:") ? keyNameProblem(candidate.slice("key:".length)) : undefined;
    if (problem !== undefined) context.addIssue(problem);
  });

const pointers = z
  .array(z.string().refine(isJsonPointer, "expected a JSON pointer, such as /delta or /items/*/text"))
  .min(1, "name at least one pointer");

/** The definition of a web surface as its file has it; see `WebDefinition`. */
const definitionSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "expected small letters, digits and hyphens"),
  version: z.string().min(1),
  start: z.exactOptional(z.url({ protocol: /^https?$/ })),
  verified: z.exactOptional(z.iso.date()),
  consent: z.exactOptional(z.strictObject({ banner: candidates, reject: candidates })),
  composer: candidates,
  send: z.array(sender).min(1, "name at least one candidate"),
  answer: candidates,
  answerText: z.exactOptional(candidates),
  busy: candidates,
  done: candidates,
  citations: z.exactOptional(candidates),
  login: z.exactOptional(candidates),
  locked: z.exactOptional(candidates),
  alerts: z.exactOptional(candidates),
  askPath: z.exactOptional(z.string().min(1)),
  answerAt: z.exactOptional(pointers),
  secretsAt: z.exactOptional(pointers),
});

/**
 * The web surfaces that a configuration defines.
 *
 * @throws BenthamError CONFIG_INVALID, naming file, line and column.
 */
export async function readWebSurfaces(configuration: Configuration): Promise<WebDefinition[]> {
  const files = configuration.webSurfaces ?? [];
  const definitions = await Promise.all(
    files.map((file) =>
      readYamlFile(resolve(folderOf(configuration), file), definitionSchema, {
        what: "web surface",
        code: "CONFIG_INVALID",
      }),
    ),
  );
  const names = [...builtInSurfaces, ...definitions].map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return definitions;
  throw new BenthamError(
    "CONFIG_INVALID",
    `${configuration.file}: webSurfaces: there is another surface called "${twice}"; rename one of them`,
  );
}

/** The surfaces that a study can name, where the configuration defines these beside the built-in ones. */
export function knownSurfaces(definitions: readonly WebDefinition[]): SurfaceAdapterInfo[] {
  return [...builtInSurfaces, ...definitions.map((definition) => webSurfaceInfo(definition))];
}
