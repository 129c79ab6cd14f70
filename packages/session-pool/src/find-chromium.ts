import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import { BenthamError } from "@bentham/core";

/** What Chromium and its relatives are called, most wanted first. */
const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/** Where macOS keeps them. */
const MAC_PATHS = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/**
 * The path of the Chromium to use: `wanted`, else the environment variable `BENTHAM_CHROMIUM`, else the first one found
 * on the `PATH`, or where macOS keeps applications.
 *
 * @throws BenthamError BROWSER_LAUNCH_FAILED when there is none, or none where somebody said.
 */
export async function findChromium(
  environment: Readonly<Record<string, string | undefined>>,
  wanted: string | undefined = environment["BENTHAM_CHROMIUM"],
): Promise<string> {
  if (wanted !== undefined && wanted !== "") {
    if (isAbsolute(wanted) && (await isExecutable(wanted))) return wanted;
    throw new BenthamError(
      "BROWSER_LAUNCH_FAILED",
      `${wanted} is no program that can be run: name the Chromium to use by its whole path`,
    );
  }
  const folders = (environment["PATH"] ?? "").split(delimiter).filter(isAbsolute);
  for (const path of [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...MAC_PATHS]) {
    if (await isExecutable(path)) return path;
  }
  throw new BenthamError(
    "BROWSER_LAUNCH_FAILED",
    "there is no Chromium on this machine: install the package chromium (Debian: apt install chromium), or name a " +
      "Chromium or Chrome by its whole path in the environment variable BENTHAM_CHROMIUM",
  );
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false; // Not there, or not to be run: the next one, or the caller's error, follows.
  }
}
