import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { tell } from "./tell.mjs";

/** How often to look whether npm still lives, in milliseconds. */
const NPM_CHECK_MS = 500;

/**
 * Reads a process group, waits until its input closes, which the end of this process brings about however it comes, and then
 * ends the group: SIGTERM, and after the grace SIGKILL. A shell, since it is there, starts at once and takes a megabyte.
 */
const GUARD = `
read -r group || exit 0
read -r _
kill -s TERM -- "-$group" || exit 0
waited=0
while [ "$waited" -lt "$1" ]; do
  sleep 1
  kill -s 0 -- "-$group" || exit 0
  waited=$((waited + 1))
done
kill -s KILL -- "-$group"
`;

/**
 * Runs a command to its end, and gives its exit code or the signal that ended it.
 *
 * The command leads a session of its own, so that a signal reaches it through this process alone, and once. In our own
 * process group it would see Ctrl-C twice, since the terminal sends it to everybody and we pass it on; and who presses
 * Ctrl-C twice asks Bentham to stop at once. The command still reads from the terminal and draws on it.
 *
 * When this process is killed, with -9 too, or npm is, which runs it, a guard ends the command and all of its group.
 *
 * Two options stand beside those of `spawn`:
 * - `oneSignalMs`: a signal that follows its like within this time, in milliseconds, is the same one told twice, as npm
 *   passes on to us what the terminal has sent both of us. @default 500
 * - `graceSeconds`: how long the command may take to stop when nobody is left to wait for it. @default 10
 *
 * @throws Error when the command can't be started
 */
export async function runToEnd(command, args, { oneSignalMs = 500, graceSeconds = 10, ...options }) {
  // Heard from before the start: a signal in its very moment would end this process, and the command with it.
  let group;
  const stopPassing = passSignals(() => group, oneSignalMs);
  // The guard is there first: starting it takes a while on a busy machine, in which nobody would guard the command.
  const guard = startGuard(graceSeconds);
  const child = spawn(command, args, { ...options, detached: true });
  group = child.pid;
  if (group !== undefined) guard.stdin?.write(`${group}\n`);
  const npmCheck = process.env.npm_lifecycle_event ? endWithParent(command) : undefined;
  try {
    const [code, signal] = await once(child, "exit");
    return { code, signal };
  } catch (error) {
    throw new Error(`cannot run ${command}: ${error.message}`, { cause: error });
  } finally {
    clearInterval(npmCheck);
    stopPassing();
    guard.kill("SIGKILL");
  }
}

function startGuard(graceSeconds) {
  const guard = spawn("/bin/sh", ["-c", GUARD, "guard", String(graceSeconds)], {
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  guard.unref();
  guard.on("error", tellUnguarded);
  guard.stdin?.on("error", tellUnguarded);
  guard.stdin?.unref();
  return guard;
}

function tellUnguarded(error) {
  tell(`the command will outlive a killed bootstrap: ${error.message}`);
}

/** Ends this process when its parent does; the guard ends the command then. */
function endWithParent(command) {
  const parent = process.ppid;
  return setInterval(() => {
    if (process.ppid === parent) return;
    tell(`npm is gone, so ${command} is stopped`);
    process.exit(1);
  }, NPM_CHECK_MS);
}

/** Passes signals on to a process group, once there is one; gives a function that stops it. */
function passSignals(groupNow, oneSignalMs) {
  const lastPassed = new Map();
  const passOnce = (signal) => {
    const now = performance.now();
    if (now - (lastPassed.get(signal) ?? -Infinity) < oneSignalMs) return;
    lastPassed.set(signal, now);
    send(groupNow(), signal);
  };
  const listeners = {
    SIGINT: passOnce,
    SIGTERM: passOnce,
    SIGHUP: passOnce,
    SIGQUIT: passOnce,
    SIGWINCH: (signal) => send(groupNow(), signal),
    SIGCONT: (signal) => send(groupNow(), signal),
    // Ctrl-Z. The kernel refuses SIGTSTP to a session without a terminal of its own, SIGSTOP it does not.
    SIGTSTP: () => {
      send(groupNow(), "SIGSTOP");
      process.kill(process.pid, "SIGSTOP");
    },
  };
  for (const [signal, listener] of Object.entries(listeners)) process.on(signal, listener);
  return () => {
    for (const [signal, listener] of Object.entries(listeners)) process.off(signal, listener);
  };
}

function send(group, signal) {
  if (group === undefined) return; // It could not be started.
  try {
    process.kill(-group, signal);
  } catch (error) {
    if (error.code !== "ESRCH") throw error; // It ended in this moment, and needs no signal any more.
  }
}
