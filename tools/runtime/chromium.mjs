import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import process from "node:process";
import { withLock } from "./lock.mjs";
import { runInstaller } from "./run-installer.mjs";
import { tell } from "./tell.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const MAC_PATHS = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
const APT = "/usr/bin/apt-get";

/**
 * The path of a Chromium: the one that `BENTHAM_CHROMIUM` names, or one that the machine has, or, for root on a
 * Debian-like system, the package that apt installs.
 *
 * @throws Error in one line: what could not be had, and what to do
 */
export async function ensureChromium(root) {
  const named = process.env.BENTHAM_CHROMIUM;
  if (named) {
    if (isAbsolute(named) && isExecutable(named)) return named;
    throw new Error(`BENTHAM_CHROMIUM names ${named}, which is no program that can be run: give the whole path`);
  }
  const found = findChromium();
  if (found) return found;
  if (process.platform !== "linux" || process.getuid() !== 0 || !existsSync(APT)) {
    throw new Error(
      "there is no Chromium: install one (Debian: apt-get install chromium), or name one in BENTHAM_CHROMIUM",
    );
  }
  const runtime = join(root, ".runtime");
  return withLock(join(runtime, "lock"), () => findChromium() ?? install(root, runtime));
}

async function install(root, runtime) {
  tell("installing chromium with apt, which takes a minute");
  const at = { runtime, cwd: root, path: process.env.PATH };
  const failure = "apt could not install chromium";
  const flags = ["-o", "DPkg::Lock::Timeout=300", "-qq"];
  await runInstaller(failure, APT, [...flags, "update"], at);
  await runInstaller(failure, APT, [...flags, "install", "-y", "--no-install-recommends", "chromium"], at);
  const installed = findChromium();
  if (installed) return installed;
  throw new Error(`${failure}: it said that it did, but there is none on the PATH`);
}

function findChromium() {
  const folders = (process.env.PATH ?? "").split(delimiter).concat("/usr/bin").filter(isAbsolute);
  const paths = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...paths, ...MAC_PATHS].find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // Not there, or not to be run.
  }
}
