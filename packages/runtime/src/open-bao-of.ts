import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { BenthamError } from "@bentham/core";
import { openBaoSource, type OpenBaoSource } from "@bentham/credential-vault";
import { type Configuration, folderOf } from "./configuration.ts";

/**
 * The OpenBao server that a configuration has the credentials in; nothing where it names none.
 *
 * @throws BenthamError CONFIG_INVALID when its authority cannot be read, or its address cannot be meant.
 */
export function openBaoOf(configuration: Configuration, environment: NodeJS.ProcessEnv): OpenBaoSource | undefined {
  const described = configuration.vault?.openBao;
  if (!described) return undefined;
  const { authority, tokenFile, ...options } = described;
  return openBaoSource({
    ...options,
    environment,
    ...(tokenFile === undefined ? {} : { tokenFile: resolve(folderOf(configuration), tokenFile) }),
    ...(authority === undefined ? {} : { authorities: [readAuthority(configuration, authority)] }),
  });
}

function readAuthority(configuration: Configuration, file: string): string {
  try {
    return readFileSync(resolve(folderOf(configuration), file), "utf8");
  } catch (error) {
    const message = `${configuration.file}: vault.openBao.authority: cannot read ${file}; name a PEM file, relative to the configuration`;
    throw new BenthamError("CONFIG_INVALID", message, { cause: error });
  }
}
