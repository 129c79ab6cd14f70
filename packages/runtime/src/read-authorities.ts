import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { BenthamError } from "@bentham/core";
import { type Configuration, folderOf } from "./configuration.ts";

/**
 * The certificates that a configuration has trusted beside those that Node trusts, in PEM.
 *
 * @throws BenthamError CONFIG_INVALID for a file that cannot be read.
 */
export async function readAuthorities(configuration: Configuration): Promise<string[]> {
  const files = configuration.authorities ?? [];
  return Promise.all(
    files.map(async (file) => {
      try {
        return await readFile(resolve(folderOf(configuration), file), "utf8");
      } catch (error) {
        throw new BenthamError(
          "CONFIG_INVALID",
          `${configuration.file}: authorities: cannot read ${file}; name a PEM file, relative to the configuration`,
          { cause: error },
        );
      }
    }),
  );
}
