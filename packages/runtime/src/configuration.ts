import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { readYamlFile } from "@bentham/orchestrator";
import { z } from "zod";

/** A proxy. Its password is in an environment variable: a file is no place for it. */
const proxySchema = z.strictObject({
  /** An HTTP proxy, as `http://host:port`. */
  server: z.url({ protocol: /^http$/, error: "expected an HTTP proxy, as http://host:port" }),
  username: z.string().min(1).optional(),
  passwordVariable: z.string().min(1).optional(),
});

const locationSchema = z.strictObject({
  /** ISO 3166-1, two letters. */
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, "expected a country as two capital letters, such as DE")
    .optional(),
  /** IANA, such as `Europe/Berlin`. */
  timeZone: z.string().refine(isTimeZone, "expected a time zone, such as Europe/Berlin").optional(),
  /** BCP 47, such as `de-DE`. */
  locale: z.string().refine(isLocale, "expected a locale, such as de-DE").optional(),
  proxies: z.array(proxySchema).min(1, "a location has at least one proxy"),
});

/** In US dollars. */
const price = z.exactOptional(z.number().min(0).max(1_000_000));

const priceSchema = z.strictObject({ inputPerMillion: price, outputPerMillion: price, perCall: price });

/** The operator's file: what a study may not decide. Every key may be left out. */
const configurationSchema = z.strictObject({
  /** Lets jobs go to loopback and private addresses. */
  allowPrivate: z.boolean().optional(),
  /** Where surfaces are, by their id in the study. */
  surfaces: z.record(z.string(), z.strictObject({ baseURL: z.url() })).optional(),
  /** What surfaces bill, by their id in the study. */
  prices: z.record(z.string(), priceSchema).optional(),
  /** Files with the definitions of web surfaces, relative to this file. */
  webSurfaces: z.array(z.string().min(1)).optional(),
  /** The places that questions can be asked from, beside `direct`. */
  locations: z.record(z.string(), locationSchema).optional(),
  browser: z
    .strictObject({
      /** The whole path of the Chromium to use. */
      executable: z.string().min(1).optional(),
      /** Most browser sessions at once. */
      maxSessions: z.int().min(1).max(1000).optional(),
    })
    .optional(),
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
  /** Where events are logged as JSON lines: a file, relative to this file, or `stderr`. */
  log: z.string().min(1).optional(),
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

function isTimeZone(name: string): boolean {
  return isAccepted(() => new Intl.DateTimeFormat("en", { timeZone: name }));
}

function isLocale(name: string): boolean {
  return isAccepted(() => new Intl.Locale(name));
}

/** `Intl` tells a name that it does not know by a RangeError. */
function isAccepted(make: () => unknown): boolean {
  try {
    make();
    return true;
  } catch {
    return false;
  }
}

/** The folder that relative paths of a configuration start at. */
export function folderOf(configuration: Configuration): string {
  return configuration.file === undefined ? "." : dirname(configuration.file);
}

/** Where a user keeps configuration (XDG Base Directory Specification). */
function userFolder(environment: NodeJS.ProcessEnv): string {
  return join(environment["XDG_CONFIG_HOME"] || join(homedir(), ".config"), "bentham");
}
