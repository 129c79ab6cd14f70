import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { BenthamError } from "@bentham/core";
import { type Configuration, folderOf } from "./configuration.ts";

/**
 * What stands in files of certificates that the configuration names under `key`.
 *
 * @throws BenthamError CONFIG_INVALID when one cannot be read.
 */
export function readPemFiles(configuration: Configuration, key: string, files: readonly string[]): Promise<string[]> {
  return Promise.all(
    files.map(async (file) => {
      try {
        return await readFile(resolve(folderOf(configuration), file), "utf8");
      } catch (error) {
        throw new BenthamError(
          "CONFIG_INVALID",
          `${configuration.file}: ${key}: cannot read ${file}; name a PEM file, relative to the configuration`,
          { cause: error },
        );
      }
    }),
  );
}
