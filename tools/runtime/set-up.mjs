import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import { runInstaller } from "./run-installer.mjs";
import { withLock } from "./lock.mjs";
import { tell } from "./tell.mjs";

const NODE = "24.21.0";
const OLDEST_MAJOR = 24;
const PNPM = "12.21.0";

/**
 * Sees to it that Node, pnpm and the dependencies of the repository at `root` are there, and gives the PATH that finds
 * them. Does nothing when they are, waits when another process is at it, and asks nobody anything.
 *
 * @throws Error in one line: what could not be had, and what to do
 */
export async function setUp(root, { nodeVersion = process.versions.node } = {}) {
  if (process.platform === "win32") throw new Error("on Windows, Bentham runs in WSL");
  const places = placesIn(root, nodeVersion);
  if (!isReady(places)) await withLock(join(places.runtime, "lock"), () => install(places));
  return places.path;
}

function placesIn(root, nodeVersion) {
  const runtime = join(root, ".runtime");
  const nodeHome = join(runtime, `node-${NODE}`);
  const nodePackage = `${process.platform === "darwin" ? "node-bin-darwin" : `node-${process.platform}`}-${process.arch}`;
  const machineWillDo = Number.parseInt(nodeVersion, 10) >= OLDEST_MAJOR;
  const node = machineWillDo ? dirname(process.execPath) : join(nodeHome, "node_modules", nodePackage, "bin");
  const pnpm = join(runtime, `pnpm-${PNPM}`);
  // The pinned tools come first: their scripts ask the PATH for `node`.
  const path = [node, join(pnpm, "node_modules/.bin"), join(root, "node_modules/.bin"), process.env.PATH];
  return {
    root,
    runtime,
    nodeHome,
    nodePackage,
    machineWillDo,
    node,
    pnpm,
    stamp: join(root, "node_modules/.installed"),
    path: path.filter(Boolean).join(delimiter),
  };
}

function isReady({ root, node, pnpm, stamp }) {
  return existsSync(node) && existsSync(pnpm) && existsSync(stamp) && readFileSync(stamp, "utf8") === wantedIn(root);
}

/** Installs what is missing, each thing as a whole or not at all. */
async function install(places) {
  if (!places.machineWillDo) await installNode(places);
  await installPackage(places.runtime, places.pnpm, `pnpm@${PNPM}`);
  if (!isReady(places)) await installDependencies(places);
}

async function installNode({ runtime, nodeHome, nodePackage }) {
  await installPackage(runtime, nodeHome, `${nodePackage}@${NODE}`, (folder) => {
    const { status } = spawnSync(join(folder, "node_modules", nodePackage, "bin/node"), ["--version"]);
    if (status !== 0)
      throw new Error(`Node ${NODE} from npm does not run here: install Node ${OLDEST_MAJOR} and try again`);
  });
}

/** Installs one exact package into a folder of its own. Without its scripts: neither Node nor pnpm needs them. */
async function installPackage(runtime, folder, spec, verify = () => {}) {
  if (existsSync(folder)) return;
  tell(`installing ${spec}`);
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  writeFileSync(join(partial, "package.json"), '{"private":true}\n');
  const flags = ["--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--loglevel=error"];
  await runInstaller(`npm could not install ${spec}`, "npm", ["install", ...flags, spec], {
    runtime,
    cwd: partial,
    path: process.env.PATH,
  });
  verify(partial);
  renameSync(partial, folder);
}

async function installDependencies({ root, runtime, pnpm, stamp, path }) {
  tell("installing dependencies, which takes a minute the first time");
  const main = join(pnpm, "node_modules/pnpm/bin/pnpm.mjs");
  const flags = ["--frozen-lockfile", "--prefer-offline", "--reporter=append-only"];
  // By default, pnpm waits 10 s and then 60 s for each of hundreds of packages: nine minutes to say "no network".
  const waits = ["--config.fetch-retry-mintimeout=1000", "--config.fetch-retry-maxtimeout=4000"];
  await runInstaller("pnpm could not install the dependencies", "node", [main, "install", ...flags, ...waits], {
    runtime,
    cwd: root,
    path,
  });
  writeFileSync(stamp, wantedIn(root));
}

/** A hash of all that says what must be installed: pnpm, the lockfile, and the manifest of each package. */
function wantedIn(root) {
  const folders = ["", ...foldersIn(root, ""), ...foldersIn(root, "packages")];
  const files = ["pnpm-lock.yaml", "pnpm-workspace.yaml", ...folders.map((folder) => join(folder, "package.json"))];
  const hash = createHash("sha256").update(PNPM);
  for (const file of files) {
    if (existsSync(join(root, file))) hash.update(`\n${file}\n`).update(readFileSync(join(root, file)));
  }
  return hash.digest("hex");
}

function foldersIn(root, folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "node_modules")
    .map((entry) => join(folder, entry.name))
    .sort();
}
