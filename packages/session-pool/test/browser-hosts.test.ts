import { readdir } from "node:fs/promises";
import process from "node:process";
import { type Clock, systemClock } from "@bentham/core";
import { childProcessesOf } from "@bentham/testbed";
import { expect, test } from "vitest";
import { sessionsThatFit } from "../src/capacity.ts";
import { aRequest, openSession, withPool } from "./support/session-pool.ts";

test("a browser above the memory bound is replaced between jobs, and no session of it is cut short", async () => {
  await withPool(
    async (pool, folder) => {
      const first = await openSession(pool);
      const sibling = await openSession(pool);
      await first.lease.release();
      const next = await openSession(pool);
      expect(next.context.browser()).not.toBe(sibling.context.browser());
      expect(await sibling.page.evaluate("1 + 1")).toBe(2);
      await sibling.lease.release();
      await expect.poll(() => readdir(folder), { timeout: 30_000 }).toHaveLength(1);
    },
    { maxBrowserMegabytes: 1 },
  );
});

test("a browser that has idled for long and does not answer is replaced before a job meets it", async () => {
  const time = { skipped: 0 };
  const clock: Clock = { ...systemClock, monotonic: () => systemClock.monotonic() + time.skipped };
  await withPool(
    async (pool) => {
      const { lease, context } = await openSession(pool);
      await lease.release();
      for (const { pid, command } of await childProcessesOf(process.pid))
        if (command.includes("--remote-debugging-pipe")) process.kill(pid, "SIGSTOP");
      time.skipped = 120_000;
      const next = await openSession(pool);
      expect(next.context.browser()).not.toBe(context.browser());
      expect(await next.page.evaluate("1 + 1")).toBe(2);
    },
    { clock },
  );
});

test("a browser comes up ahead of the first job, and the job takes it", async () => {
  await withPool(async (pool, folder) => {
    pool.warmUp();
    pool.warmUp();
    await expect.poll(() => readdir(folder)).toHaveLength(1);
    await (await pool.acquire(aRequest())).release();
    expect(await readdir(folder)).toHaveLength(1);
    pool.warmUp();
    expect(await readdir(folder)).toHaveLength(1);
  });
});

test.each([
  [100e6, 1],
  [2e9, 4],
  [64e9, 8],
])("with %d bytes free, there are %d sessions at once", (free, sessions) => {
  expect(sessionsThatFit(free)).toBe(sessions);
});
