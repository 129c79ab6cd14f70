import { BenthamError } from "@bentham/core";
import { credentialFrom } from "../credential/credential-value.ts";
import { parseHostBinding } from "../credential/host-binding.ts";
import { materialFrom } from "../credential/material-form.ts";
import type { StoredCredential } from "../credential/stored-credential.ts";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A credential in an environment variable, and the hosts it may go to. */
export interface EnvironmentCredential {
  /** The environment variable that holds it. */
  readonly variable: string;
  /** Credentials of other types have a place in a vault alone. @default "api-key" */
  readonly type?: "api-key" | "bearer" | undefined;
  /**
   * The hosts it may be sent to, exactly, as `host` (on the default port of https) or `host:port`; no wildcards.
   * Over plain http it goes to loopback hosts only.
   */
  readonly hosts: readonly string[];
}

/** A pool of the environment: one credential, or several, each named after its variable. */
export type EnvironmentPool = EnvironmentCredential | readonly EnvironmentCredential[];

/** The pools that need no configuration. */
export const builtInPools: Readonly<Record<string, EnvironmentPool>> = {
  openai: { variable: "OPENAI_API_KEY", hosts: ["api.openai.com"] },
  anthropic: { variable: "ANTHROPIC_API_KEY", hosts: ["api.anthropic.com"] },
};

/**
 * The credentials of a pool as they stand in the environment, or, as text, why there are none.
 *
 * @throws BenthamError CONFIG_INVALID when a variable's name or a host cannot be meant.
 */
export function readEnvironmentPool(
  name: string,
  pool: EnvironmentPool,
  environment: Environment,
): readonly StoredCredential[] | string {
  const described = "variable" in pool ? [pool] : pool;
  const variables = new Set(described.map(({ variable }) => variable));
  if (described.length === 0 || variables.size < described.length) {
    throw new BenthamError("CONFIG_INVALID", `credential pool "${name}": name one variable or more, each of them once`);
  }
  for (const credential of described) checkDescription(name, credential);
  const read = described.map((credential) => readVariable(name, credential, environment));
  const fault = read.find((one) => typeof one === "string");
  return fault ?? read.filter((one) => typeof one !== "string");
}

function readVariable(
  pool: string,
  { variable, type = "api-key", hosts }: EnvironmentCredential,
  environment: Environment,
): StoredCredential | string {
  const text = environment[variable] ?? "";
  if (credentialFrom(text) === "is empty") {
    return `credential pool "${pool}" has no credential: set the environment variable ${variable}`;
  }
  const material = materialFrom(type, text);
  if (typeof material !== "string") return { id: variable, material, hosts };
  return `credential pool "${pool}" has no usable credential: the environment variable ${variable} ${material}; set it again`;
}

function checkDescription(name: string, { variable, hosts }: EnvironmentCredential): void {
  if (!/^[A-Za-z_]\w*$/.test(variable)) {
    throw new BenthamError(
      "CONFIG_INVALID",
      `credential pool "${name}": variable must be the name of an environment variable, such as MY_API_KEY`,
    );
  }
  if (hosts.length === 0) {
    throw new BenthamError(
      "CONFIG_INVALID",
      `credential pool "${name}": hosts is empty, so its credential could go nowhere; name the hosts it is for`,
    );
  }
  for (const host of hosts) parseHostBinding(host, name);
}
