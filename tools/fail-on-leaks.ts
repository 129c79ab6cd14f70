// Fails a test file that leaves a server listening or a child process running: what a test opens, it closes.
// Handles that don't keep a process alive (`unref`) are not seen; nor is a socket, since a pool may keep it for the next.

import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll } from "vitest";

const REFUSED: ReadonlySet<string> = new Set(["ProcessWrap", "TCPServerWrap"]);

/** How long closing may take that a test did not wait for, and how often to look, in milliseconds. */
const CLOSING_MS = 1000;
const CHECK_MS = 20;

const before = openHandles();

afterAll(async () => {
  for (let waited = 0; leaked().length > 0 && waited < CLOSING_MS; waited += CHECK_MS) await sleep(CHECK_MS);
  if (leaked().length > 0) throw new Error(`this file leaves open what its tests opened: ${leaked().join(", ")}`);
});

/** What is open now and was not before the file's tests. */
function leaked(): string[] {
  const known = [...before];
  return openHandles().filter((handle) => {
    const index = known.indexOf(handle);
    if (index >= 0) known.splice(index, 1);
    return index < 0;
  });
}

function openHandles(): string[] {
  return process.getActiveResourcesInfo().filter((handle) => REFUSED.has(handle));
}
