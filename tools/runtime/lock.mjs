import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { tell } from "./tell.mjs";

/** How often a waiting process looks again, in milliseconds. */
const CHECK_MS = 200;

/** After this time, in milliseconds, a lock is void even if its owner can't be looked at, as in another container. */
const VOID_AFTER_MS = 30 * 60 * 1000;

/** Does `work` while no other process does what it guards with the same file. The lock of a dead process is void. */
export async function withLock(file, work) {
  mkdirSync(dirname(file), { recursive: true });
  for (let waited = false; !take(file); waited = true) {
    const owner = ownerOf(file);
    if (owner === undefined) continue;
    if (isVoid(file, owner)) {
      takeAway(file, owner);
      continue;
    }
    if (!waited) tell(`waiting for another set-up (${file}: ${owner})`);
    await sleep(CHECK_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file) {
  try {
    writeFileSync(file, `${hostname()} ${process.pid}`, { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

/** What the lock says of its owner: undefined when it was given back meanwhile. */
function ownerOf(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

function isVoid(file, owner) {
  const [host, pid] = owner.split(" ");
  if (host === hostname() && !isAlive(Number(pid))) return true;
  const { mtimeMs } = statSync(file, { throwIfNoEntry: false }) ?? { mtimeMs: Date.now() };
  return Date.now() - mtimeMs > VOID_AFTER_MS;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Removes a void lock. Another process may do so in the same moment and take it: then it is put back. */
function takeAway(file, owner) {
  const moved = `${file}.${process.pid}`;
  try {
    renameSync(file, moved);
    if (readFileSync(moved, "utf8") !== owner) linkSync(moved, file);
  } catch (error) {
    if (error.code !== "ENOENT" && error.code !== "EEXIST") throw error;
  } finally {
    rmSync(moved, { force: true });
  }
}
