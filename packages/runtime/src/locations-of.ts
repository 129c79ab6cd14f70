import { BenthamError, type LocationId, type Place, Secret } from "@bentham/core";
import type { Location, ProxySettings } from "@bentham/proxy-manager";
import type { Configuration } from "./configuration.ts";

/** A proxy as the configuration has it. */
type ConfiguredProxy = NonNullable<Configuration["locations"]>[string]["proxies"][number];

/**
 * Those of a configuration's locations that are `wanted`, with the passwords of their proxies.
 *
 * @throws BenthamError CREDENTIAL_MISSING when a password's variable is not set, CONFIG_INVALID for a provider that is not
 *   there.
 */
export function locationsOf(
  { locations = {}, proxyProviders = {} }: Configuration,
  environment: NodeJS.ProcessEnv,
  wanted: readonly LocationId[],
): Readonly<Record<LocationId, Location>> {
  const used = Object.entries(locations).filter(([name]) => wanted.includes(name));
  const named = used.map(([name, { proxies, city, strategy, country, timeZone, locale, geolocation }]) => {
    const settings = proxies.map((proxy) => settingsOf(name, proxy, proxyProviders, environment));
    const place = defined({ country, timeZone, locale, geolocation });
    return [name, { place, city, strategy, proxies: settings }] as const;
  });
  return Object.fromEntries(named);
}

function settingsOf(
  location: string,
  proxy: ConfiguredProxy,
  providers: NonNullable<Configuration["proxyProviders"]>,
  environment: NodeJS.ProcessEnv,
): ProxySettings {
  const found = "provider" in proxy ? providers[proxy.provider] : proxy;
  if (!found) {
    const known = Object.keys(providers).join(", ") || "none";
    throw new BenthamError(
      "CONFIG_INVALID",
      `the location "${location}" names a provider that is not in proxyProviders: there are ${known}`,
    );
  }
  const { passwordVariable, ...settings } = found;
  if (passwordVariable === undefined) return settings;
  const password = environment[passwordVariable] ?? "";
  if (password !== "") return { ...settings, password: new Secret(password) };
  throw new BenthamError(
    "CREDENTIAL_MISSING",
    `a proxy of the location "${location}" has no password: set the environment variable ${passwordVariable}`,
  );
}

/** The members that are there. */
function defined(place: { readonly [Key in keyof Place]: Place[Key] | undefined }): Place {
  return Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined));
}
