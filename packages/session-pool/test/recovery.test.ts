import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { type Clock, systemClock } from "@bentham/core";
import { childProcessesOf, processesMarked, withTemporaryFolder } from "@bentham/testbed";
import { createSessionPool } from "@bentham/session-pool";
import { expect, test } from "vitest";
import { openSession, withPool, withSite } from "./support/session-pool.ts";

/** Waits longer than it is told: what ends by itself in the end is given the time on a loaded machine, too. */
const patientClock: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms * 5, signal) };

test("gives back a session whose page hangs, and harms no other", async () => {
  await withPool(
    async (pool) => {
      await withSite("<script>setTimeout(() => { while (true); }, 0)</script>", async (url) => {
        const hung = await openSession(pool);
        const other = await openSession(pool);
        await hung.page.goto(url, { waitUntil: "commit" });
        await hung.lease.release();
        expect(await other.page.evaluate("1 + 1")).toBe(2);
        expect(await other.lease.diagnose?.()).toBeUndefined();
      });
    },
    { clock: patientClock },
  );
});

test("tells that a page has crashed, and gives its session back", async () => {
  await withPool(async (pool) => {
    const crashed = await openSession(pool);
    const other = await openSession(pool);
    const seen = crashed.page.waitForEvent("crash");
    await Promise.all([seen, expect(crashed.page.goto("chrome://crash")).rejects.toThrow("ERR_ABORTED")]);
    expect(await crashed.lease.diagnose?.()).toMatchObject({ code: "PAGE_CRASHED" });
    await crashed.lease.release();
    expect(await other.page.evaluate("1 + 1")).toBe(2);
  });
});

test("tells that a browser was killed, and starts another", async () => {
  await withPool(async (pool, folder) => {
    const { page, lease } = await openSession(pool);
    const closed = page.waitForEvent("close");
    for (const { pid, command } of await childProcessesOf(process.pid)) {
      if (command.includes("--remote-debugging-pipe")) process.kill(pid, "SIGKILL");
    }
    await closed;
    expect(await lease.diagnose?.()).toMatchObject({ code: "BROWSER_CRASHED" });
    await lease.release();
    const next = await openSession(pool);
    expect(await next.page.evaluate("1 + 1")).toBe(2);
    await expect.poll(() => readdir(folder)).toHaveLength(1);
  });
});

test("ends a browser whose page never closes, and says to its other sessions that they were interrupted", async () => {
  await withPool(async (pool, folder) => {
    const stuck = await openSession(pool);
    const sibling = await openSession(pool);
    const browsers = (await childProcessesOf(process.pid)).filter(({ command }) => command.includes("--user-data-dir"));
    for (const { pid } of browsers) process.kill(pid, "SIGSTOP");
    await stuck.lease.release();
    expect(await sibling.lease.diagnose?.()).toMatchObject({ code: "INTERRUPTED" });
    await sibling.lease.release();
    // Killed processes take a moment to be gone.
    await expect.poll(() => processesMarked(folder)).toHaveLength(0);
    expect(await readdir(folder)).toHaveLength(0);
    const next = await openSession(pool);
    expect(await next.page.evaluate("1 + 1")).toBe(2);
  });
});

test("leaves no browser when its own process is killed, and clears what that left", async () => {
  await withTemporaryFolder(async (folder) => {
    const program = fileURLToPath(new URL("processes/open-and-stay.ts", import.meta.url));
    const child = spawn(process.execPath, ["--conditions=@bentham/source", program, folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "exit");
    await expect.poll(() => processesMarked(folder), { timeout: 10_000 }).toHaveLength(0);
    const left = await readdir(folder);
    expect(left).toHaveLength(1);
    await using pool = createSessionPool({ folder });
    await openSession(pool);
    expect(await readdir(folder)).not.toContain(left[0]);
  });
});
