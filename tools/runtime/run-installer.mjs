import { accessSync, closeSync, constants, mkdirSync, openSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { runToEnd } from "./run-to-end.mjs";

/**
 * Runs npm, pnpm or apt, silently: what it says goes to a file, and its reason to the one line of the error.
 *
 * @throws Error starting with `failure` when it does not succeed
 */
export async function runInstaller(failure, command, args, { runtime, cwd, path }) {
  const log = join(runtime, "set-up.log");
  const file = openSync(log, "w");
  try {
    const options = { cwd, env: environment(runtime, path), stdio: ["ignore", file, file] };
    const { code, signal } = await runToEnd(command, args, options);
    if (code === 0) return;
    const reason = signal === null ? reasonIn(readFileSync(log, "utf8")) : `ended by ${signal}`;
    throw new Error(`${failure}: ${reason}. Look at the network and its configuration; it said more in ${log}`);
  } finally {
    closeSync(file);
  }
}

/** The installers ask nothing, and keep their stores in the repository where the home folder can't have them. */
function environment(runtime, path) {
  const ours = { ...process.env, PATH: path, CI: "true", DEBIAN_FRONTEND: "noninteractive" };
  if (isWritable(homeFolder())) return ours;
  const home = join(runtime, "home");
  mkdirSync(home, { recursive: true });
  return { ...ours, HOME: home, npm_config_cache: join(home, ".npm") };
}

/** Where the user's files are: undefined for a user that the machine does not know. */
function homeFolder() {
  try {
    return homedir();
  } catch {
    return undefined; // A container's user without an entry, and without HOME.
  }
}

function isWritable(folder) {
  if (!folder) return false;
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Where the reason stands: under pnpm's heading, or in the line of npm's that names the error or the reply. */
const REASONS = [
  /╰─▶ ([^]*?)(?:\n\s*\n|\n {2}help:|$)/,
  /^(\w*Error: .*)$/m,
  /^((?:\d{3}|notarget|network) \w.*)$/m,
  /(.+)/,
];

function reasonIn(output) {
  const text = output.replace(/^npm error /gm, "");
  const reason = REASONS.map((each) => each.exec(text)?.[1]).find((found) => found !== undefined);
  return (reason ?? "it gave no reason").replace(/\s+/g, " ").replace(/\.? *$/, "");
}
