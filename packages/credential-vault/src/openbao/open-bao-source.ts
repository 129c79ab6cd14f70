import process from "node:process";
import { BenthamError, type Clock, Secret, systemClock } from "@bentham/core";
import type { Environment } from "../environment/environment-pool.ts";
import type { CredentialPool, CredentialSource } from "../pool/credential-pool.ts";
import { NAME } from "../credential/stored-credential.ts";
import { readPrivateFile } from "../vault-file/private-file.ts";
import { KvClient, type KvPlace } from "./kv-client.ts";
import { credentialsIn } from "./pool-in-secret.ts";

/** Options of {@link openBaoSource}. */
export interface OpenBaoOptions extends Omit<KvPlace, "mount"> {
  /** @default "secret" */
  readonly mount?: string | undefined;
  /** Below what path the pools are, a secret each. @default "bentham" */
  readonly path?: string | undefined;
  /** The environment variable that holds the token. @default BAO_TOKEN, or VAULT_TOKEN */
  readonly tokenVariable?: string | undefined;
  /** A file that holds the token, private to this user; read again for every request. @default the variable */
  readonly tokenFile?: string | undefined;
  /** How long what was read is good without asking again, in milliseconds; 0 for never. @default 60000 */
  readonly refresh?: number | undefined;
  /** How long it is used at most while the server gives nothing, in milliseconds. @default 600000 */
  readonly keep?: number | undefined;
  /** How long one request may take, in milliseconds. @default 10000 */
  readonly timeout?: number | undefined;
  /** @default process.env */
  readonly environment?: Environment | undefined;
  /** @default the real clock */
  readonly clock?: Clock | undefined;
}

/** The pools of an OpenBao or HashiCorp Vault server. */
export interface OpenBaoSource extends CredentialSource {
  /** The names of the pools there are. @throws BenthamError as `find` does. */
  names(): Promise<string[]>;
}

interface Kept {
  readonly pool: CredentialPool | undefined;
  /** When it was read, by the monotonic clock. */
  readonly at: number;
  /** When the server is asked again, by the monotonic clock. */
  readonly askAt: number;
}

/** How long a server that gives nothing is left alone while what was read before is used, in milliseconds. */
const ASK_AGAIN = 10_000;

/**
 * Pools that are secrets of a key-value engine, version 2, one below `path` for each. They are kept in memory alone: for
 * `refresh` without asking again, and for `keep` at most when the server does not give them any more.
 *
 * @throws BenthamError CONFIG_INVALID when the address or an option cannot be meant. `find` throws CREDENTIAL_MISSING when the
 *   server refuses, and NO_RESOURCE, for which lanes wait, when it is away or sealed.
 */
export function openBaoSource(options: OpenBaoOptions): OpenBaoSource {
  const { mount = "secret", path = "bentham", refresh = 60_000, keep = 600_000, timeout = 10_000 } = options;
  const { environment = process.env, clock = systemClock } = options;
  for (const [name, value] of Object.entries({ refresh, keep, timeout })) {
    if (value >= 0) continue;
    throw new BenthamError(
      "CONFIG_INVALID",
      `vault.openBao.${name} is ${value}, and must be a number of milliseconds from 0 up`,
    );
  }
  const client = new KvClient({ ...options, mount, timeout, clock, token: () => tokenOf(options, environment) });
  const kept = new Map<string, Kept>();
  const reading = new Map<string, Promise<Kept>>();

  const keeping = (name: string, pool: CredentialPool | undefined, at: number, again: number): Kept => {
    const entry = { pool, at, askAt: clock.monotonic() + again };
    kept.set(name, entry);
    return entry;
  };
  const read = async (name: string): Promise<Kept> => {
    const before = kept.get(name);
    try {
      const data = await client.read(`${path}/${name}`);
      const pool = data === undefined ? undefined : poolOf(name, data, `${mount}/${path}/${name}`);
      return keeping(name, pool, clock.monotonic(), refresh);
    } catch (error) {
      if (!before?.pool || clock.monotonic() - before.at >= keep) throw error;
      return keeping(name, before.pool, before.at, ASK_AGAIN);
    } finally {
      reading.delete(name);
    }
  };
  return {
    async find(name) {
      if (!NAME.test(name)) return undefined; // It would be another path.
      const before = kept.get(name);
      if (before && clock.monotonic() < before.askAt && clock.monotonic() - before.at < Math.max(keep, refresh))
        return before.pool;
      const asked = reading.get(name) ?? read(name);
      reading.set(name, asked);
      return (await asked).pool;
    },
    names: () => client.list(path),
  };
}

function poolOf(name: string, data: unknown, place: string): CredentialPool {
  const credentials = credentialsIn(name, data);
  if (credentials) return { name, credentials, howToAddHost: `add the host to the hosts of ${place} in the vault` };
  throw new BenthamError(
    "CREDENTIAL_MISSING",
    `the secret ${place} is not as Bentham reads it: it must hold value, hosts and, but for an API key, type; or a list of ` +
      "such credentials, each with an id, under credentials",
  );
}

async function tokenOf({ tokenVariable, tokenFile }: OpenBaoOptions, environment: Environment): Promise<Secret> {
  if (tokenFile !== undefined) {
    const token = (await readPrivateFile(tokenFile))?.toString("utf8").trim();
    if (token) return new Secret(token);
    throw new BenthamError("CREDENTIAL_MISSING", `${tokenFile}: holds no token for the vault`);
  }
  const variables = tokenVariable === undefined ? ["BAO_TOKEN", "VAULT_TOKEN"] : [tokenVariable];
  const token = variables.map((variable) => environment[variable]?.trim()).find(Boolean);
  if (token) return new Secret(token);
  throw new BenthamError(
    "CREDENTIAL_MISSING",
    `the vault's token is missing: set the environment variable ${variables.join(" or ")}`,
  );
}
