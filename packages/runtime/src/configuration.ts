import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { readYamlFile } from "@bentham/orchestrator";
import { z } from "zod";

/** The operator's file: what a study may not decide. Every key may be left out. */
const configurationSchema = z.strictObject({
  /** Lets jobs go to loopback and private addresses. */
  allowPrivate: z.boolean().optional(),
  /** Where surfaces are, by their id in the study. */
  surfaces: z.record(z.string(), z.strictObject({ baseURL: z.url() })).optional(),
  vault: z
    .strictObject({
      /** The encrypted file of credentials, relative to this file. */
      file: z.string().min(1).optional(),
      /** The file of the age identity that opens it, relative to this file. */
      identity: z.string().min(1).optional(),
      /** Pools whose credential is an environment variable, and the hosts it may be sent to. */
      environment: z
        .record(z.string(), z.strictObject({ variable: z.string().min(1), hosts: z.array(z.string().min(1)).min(1) }))
        .optional(),
    })
    .optional(),
  /** Files of certificate authorities (PEM) to trust beside the usual ones, relative to this file. */
  authorities: z.array(z.string().min(1)).optional(),
  worker: z
    .strictObject({
      /** Longest time of one attempt, in milliseconds. */
      timeout: z.int().min(1).optional(),
      /** How long a job is a worker's unless renewed, in milliseconds. */
      leaseMs: z.int().min(1000).optional(),
      /** How long jobs in hand may take to finish when the worker is told to stop, in milliseconds. */
      grace: z.int().min(0).optional(),
    })
    .optional(),
});

/** What stands in `bentham.config.yaml`. */
export type Configuration = z.infer<typeof configurationSchema> & {
  /** The file it was read from; relative paths in it start at its folder. */
  readonly file?: string;
};

const FILE_NAME = "bentham.config.yaml";

/**
 * Reads the operator's configuration: `file` where one is named, else `bentham.config.yaml` in one of `folders`, else
 * in the user's configuration folder. Without any file, everything is at its default.
 *
 * @throws BenthamError CONFIG_INVALID, naming file, line and column.
 */
export async function readConfiguration(
  folders: readonly string[],
  environment: NodeJS.ProcessEnv,
  file?: string,
): Promise<Configuration> {
  const found = file ?? [...folders, userFolder(environment)].map((folder) => join(folder, FILE_NAME)).find(existsSync);
  if (found === undefined) return {};
  const parsed = await readYamlFile(found, configurationSchema, { what: "configuration", code: "CONFIG_INVALID" });
  return { ...parsed, file: found };
}

/** The folder that relative paths of a configuration start at. */
export function folderOf(configuration: Configuration): string {
  return configuration.file === undefined ? "." : dirname(configuration.file);
}

/** Where a user keeps configuration (XDG Base Directory Specification). */
function userFolder(environment: NodeJS.ProcessEnv): string {
  return join(environment["XDG_CONFIG_HOME"] || join(homedir(), ".config"), "bentham");
}
