import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { holdItem, openStore } from "@bentham/runtime";
import { SimulatedClock, withTemporaryFolder } from "@bentham/testbed";
import { expect, test } from "vitest";

const main = fileURLToPath(new URL("support/hold-item-main.ts", import.meta.url));

test("an item is one person's at a time, until they leave it, or their process is killed", async () => {
  await withTemporaryFolder(async (folder) => {
    await using store = await openStore(folder);
    const child = spawn(process.execPath, ["--conditions=@bentham/source", main, folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = once(child, "exit");
    await once(child.stdout, "data");
    await expect(holdItem(store, { id: 1 })).rejects.toMatchObject({
      code: "USAGE",
      message: expect.stringContaining(`in the process ${child.pid}, since 2`),
    });
    const another = await holdItem(store, { id: 2 });
    await another[Symbol.asyncDispose]();

    child.kill("SIGKILL");
    await exited;
    const mine = await holdItem(store, { id: 1 });
    await expect(holdItem(store, { id: 1 })).rejects.toThrow(`in the process ${process.pid},`);
    await mine[Symbol.asyncDispose]();
    await mine[Symbol.asyncDispose]();
    const next = await holdItem(store, { id: 1 });
    await next[Symbol.asyncDispose]();
  });
});

test("an item stays a person's for as long as they take", async () => {
  await withTemporaryFolder(async (folder) => {
    const clock = new SimulatedClock();
    await using store = await openStore(folder);
    const state = { now: () => store.now(), read: store.read.bind(store), update: store.update.bind(store) };
    let renewals = 0;
    const counting = {
      ...state,
      update: (...args: Parameters<typeof store.update>) => {
        renewals += 1;
        return store.update(...args);
      },
    };
    const mine = await holdItem(counting, { id: 1 }, clock);
    expect(renewals).toBe(1);
    await clock.advance(15_000);
    await expect.poll(() => renewals).toBe(2);
    await expect(holdItem(state, { id: 1 })).rejects.toThrow("somebody has 1 open already");
    await mine[Symbol.asyncDispose]();
    expect(clock.sleepers).toBe(0);
  });
});
