import { BenthamError, type LocationId, Secret } from "@bentham/core";
import type { Location, ProxySettings } from "@bentham/proxy-manager";
import type { Configuration } from "./configuration.ts";

/** A proxy as the configuration has it. */
type ConfiguredProxy = NonNullable<Configuration["locations"]>[string]["proxies"][number];

/**
 * Those of a configuration's locations that are `wanted`, with the passwords of their proxies.
 *
 * @throws BenthamError CREDENTIAL_MISSING when a password's variable is not set.
 */
export function locationsOf(
  { locations = {} }: Configuration,
  environment: NodeJS.ProcessEnv,
  wanted: readonly LocationId[],
): Readonly<Record<LocationId, Location>> {
  const used = Object.entries(locations).filter(([name]) => wanted.includes(name));
  const named = used.map(([name, { proxies, country, timeZone, locale }]) => {
    const place = {
      ...(country === undefined ? {} : { country }),
      ...(timeZone === undefined ? {} : { timeZone }),
      ...(locale === undefined ? {} : { locale }),
    };
    return [name, { place, proxies: proxies.map((proxy) => settingsOf(name, proxy, environment)) }] as const;
  });
  return Object.fromEntries(named);
}

function settingsOf(
  location: string,
  { server, username, passwordVariable }: ConfiguredProxy,
  environment: NodeJS.ProcessEnv,
): ProxySettings {
  if (passwordVariable === undefined) return { server, username };
  const password = environment[passwordVariable] ?? "";
  if (password !== "") return { server, username, password: new Secret(password) };
  throw new BenthamError(
    "CREDENTIAL_MISSING",
    `a proxy of the location "${location}" has no password: set the environment variable ${passwordVariable}`,
  );
}
