import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { POOL_STRATEGIES } from "@bentham/credential-vault";
import { S3_BUCKET, S3_PREFIX, TALLEST_PAGE } from "@bentham/evidence-collector";
import { readYamlFile } from "@bentham/orchestrator";
import { SESSION_MODES } from "@bentham/session-pool";
import { z } from "zod";

/** What a proxy is entered by. Its password is in an environment variable: a file is no place for it. */
const entranceSchema = z.strictObject({
  /** `http://host:port`, `https://host:port` or `socks5://host:port`; `{port}` stands for each of `ports`. */
  server: z
    .string()
    .regex(/^(https?|socks5):\/\/[^/@\s]+\/?$/, "expected a proxy, as http://host:port, https://… or socks5://…"),
  /** `{country}`, `{city}` and `{session}` are filled in. */
  username: z.string().min(1).optional(),
  passwordVariable: z.string().min(1).optional(),
  /** How many sessions of a vendor's gateway are used, each as a proxy of its own. */
  sessions: z.int().min(1).max(1000).optional(),
  /** First and last port of a vendor's gateway, each a proxy of its own. */
  ports: z.tuple([z.int().min(1).max(65_535), z.int().min(1).max(65_535)]).optional(),
  /** What 10^9 bytes through it cost, in US dollars. */
  usdPerGigabyte: z.number().min(0).max(1_000_000).optional(),
});

/** A proxy, or the name of one of `proxyProviders`. */
const proxySchema = z.union([entranceSchema, z.strictObject({ provider: z.string().min(1) })]);

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
  /** As the proxies' vendor spells it. */
  city: z.string().min(1).optional(),
  /** Where pages that ask are told to be: degrees in WGS 84, and metres. */
  geolocation: z
    .strictObject({
      latitude: z.number().min(-90).max(90),
      longitude: z.number().min(-180).max(180),
      accuracy: z.exactOptional(z.number().min(0)),
    })
    .optional(),
  /** How proxies are chosen. */
  strategy: z.enum(["round-robin", "random", "sticky", "least-used"]).optional(),
  proxies: z.array(proxySchema).min(1, "a location has at least one proxy"),
});

/** In US dollars. */
const price = z.exactOptional(z.number().min(0).max(1_000_000));

const priceSchema = z.strictObject({ inputPerMillion: price, outputPerMillion: price, perCall: price });

/** Where each bag is copied to. */
const evidenceStoreSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("folder"),
    /** It must be there. Relative to this file. */
    path: z.string().min(1),
  }),
  z.strictObject({
    kind: z.literal("s3"),
    /** Of the service, without the bucket. */
    endpoint: z.url({ protocol: /^https?$/, error: "expected the address of a service, as https://host" }),
    bucket: z.string().regex(S3_BUCKET, "expected 3 to 63 of a-z, 0-9, dots and hyphens"),
    region: z.string().min(1).optional(),
    /** What all names in the bucket begin with. */
    prefix: z.string().regex(S3_PREFIX, "expected names with slashes between, and none at either end").optional(),
    /** The pool with access key id and secret access key, a colon between. */
    credential: z.string().min(1).optional(),
    /** How long each object is locked. */
    retention: z
      .strictObject({ mode: z.enum(["governance", "compliance"]), days: z.int().min(1).max(36_500) })
      .optional(),
  }),
]);
const environmentCredential = z.strictObject({
  variable: z.string().min(1),
  type: z.enum(["api-key", "bearer"]).optional(),
  hosts: z.array(z.string().min(1)).min(1),
});

const openBaoSchema = z.strictObject({
  /** Such as `https://vault.example:8200`. */
  address: z.url({ protocol: /^https?$/ }),
  /** Where the engine is mounted. */
  mount: z.string().min(1).optional(),
  /** Below what path the pools are. */
  path: z.string().min(1).optional(),
  namespace: z.string().min(1).optional(),
  /** The environment variable that holds the token. */
  tokenVariable: z.string().min(1).optional(),
  /** The file that holds the token, relative to this file. */
  tokenFile: z.string().min(1).optional(),
  /** The file of the certificate authority (PEM) that vouches for it, relative to this file. */
  authority: z.string().min(1).optional(),
  /** How long what was read is good without asking again, in milliseconds. */
  refresh: z.int().min(0).optional(),
});

const poolSchema = z.strictObject({
  strategy: z.enum(POOL_STRATEGIES).optional(),
  /** Shares of the strategy `weighted`, by the credentials' ids. */
  weights: z.record(z.string(), z.number().min(0)).optional(),
  /** When one of several credentials rests: after so many errors within the window, in milliseconds. */
  cooling: z
    .strictObject({
      errors: z.int().min(1).optional(),
      window: z.int().min(1).optional(),
      rest: z.int().min(1).optional(),
      longestRest: z.int().min(1).optional(),
    })
    .optional(),
});

/** The operator's file: what a study may not decide. Every key may be left out. */
const configurationSchema = z.strictObject({
  /** Lets jobs go to loopback and private addresses. */
  allowPrivate: z.boolean().optional(),
  /** Where surfaces are, and how long what their browser sessions gather lasts, by their id in the study. */
  surfaces: z
    .record(z.string(), z.strictObject({ baseURL: z.url().optional(), session: z.enum(SESSION_MODES).optional() }))
    .optional(),
  /** What surfaces bill, by their id in the study. */
  prices: z.record(z.string(), priceSchema).optional(),
  /** Files with the definitions of web surfaces, relative to this file. */
  webSurfaces: z.array(z.string().min(1)).optional(),
  /** The places that questions can be asked from, beside `direct`. */
  locations: z.record(z.string(), locationSchema).optional(),
  /** Proxies that several locations use, by names of the operator's own. */
  proxyProviders: z.record(z.string(), entranceSchema).optional(),
  /** A service that tells by which address it is asked: proxies are looked at by it. */
  proxyEcho: z.strictObject({ url: z.url(), every: z.int().min(1000).optional() }).optional(),
  browser: z
    .strictObject({
      /** The whole path of the Chromium to use. */
      executable: z.string().min(1).optional(),
      /** Most browser sessions at once. */
      maxSessions: z.int().min(1).max(1000).optional(),
      /** The address of a browser on this machine that is running already, as `http://127.0.0.1:9222`. */
      connect: z.string().min(1).optional(),
    })
    .optional(),
  vault: z
    .strictObject({
      /** The encrypted file of credentials, relative to this file. */
      file: z.string().min(1).optional(),
      /** The file of the age identity that opens it, relative to this file. */
      identity: z.string().min(1).optional(),
      /** Pools whose credentials are environment variables, and the hosts they may be sent to. */
      environment: z
        .record(z.string(), z.union([environmentCredential, z.array(environmentCredential).min(1)]))
        .optional(),
      /** A key-value engine of OpenBao or HashiCorp Vault, in place of the encrypted file. */
      openBao: openBaoSchema.optional(),
      /** How the credentials of pools are chosen, and when they rest, by pool. */
      pools: z.record(z.string(), poolSchema).optional(),
    })
    .optional(),
  evidence: z
    .strictObject({
      store: evidenceStoreSchema.optional(),
      /** Most bytes of all files of one bag. */
      maxBagBytes: z.int().min(1_000).optional(),
      /** How much of a page taller than the viewport is kept as a picture, in CSS pixels; 0 for none. */
      fullPageHeight: z.int().min(0).max(TALLEST_PAGE).optional(),
    })
    .optional(),
  /** Files of certificate authorities (PEM) to trust beside the usual ones, relative to this file. */
  authorities: z.array(z.string().min(1)).optional(),
  /** Who says when the root of a run was there at the latest. Without it, roots have no time stamp, and say so. */
  timestamps: z
    .strictObject({
      /** Where the authority takes queries of RFC 3161. */
      url: z
        .url({ protocol: /^https?$/, error: "expected the address of a time-stamp authority, as https://host/path" })
        .refine((url) => !/^[^/]*\/\/[^/]*@/.test(url), "expected an address without a name and a password in it"),
      /** Files of certificates (PEM) that its stamps must lead to, its root's among them, relative to this file. */
      authorities: z.array(z.string().min(1)).min(1, "name the file of the authority's root certificate"),
      /** The policy to ask for, an object identifier. */
      policy: z
        .string()
        .regex(/^[0-2](\.(0|[1-9]\d*))+$/, "expected an object identifier, such as 1.3.6.1.4.1.32473.1")
        .optional(),
    })
    .optional(),
  inbox: z
    .strictObject({
      /** How long something waits for a person before its cells end as blocked, in milliseconds. */
      expiresAfter: z.int().min(60_000).optional(),
    })
    .optional(),
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
