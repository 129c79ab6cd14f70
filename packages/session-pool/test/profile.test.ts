import { chmod, readdir, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { createSessionPool } from "@bentham/session-pool";
import { aJob, childProcessesOf, SimulatedClock, withTemporaryFolder } from "@bentham/testbed";
import { expect, test } from "vitest";
import { AccountDesk } from "./support/account-desk.ts";
import { aRequest, openSession, withSite } from "./support/session-pool.ts";

const VISIT = `document.cookie = "who=anna;max-age=600;path=/";
  localStorage.setItem("visits", (localStorage.getItem("visits") ?? "") + "x");
  document.cookie + " " + localStorage.getItem("visits")`;

const modes = { shop: "profile" } as const;

/** Runs `use` with pools of one data folder, and an account of a site. */
async function withProfiles(
  use: (parts: {
    readonly open: () => ReturnType<typeof createSessionPool>;
    readonly desk: AccountDesk;
    readonly folder: string;
    readonly profiles: string;
  }) => Promise<void>,
): Promise<void> {
  await withTemporaryFolder(async (folder) => {
    await withSite("<title>shop</title>", async (url) => {
      const open = (): ReturnType<typeof createSessionPool> =>
        createSessionPool({ folder: join(folder, "run"), modes });
      await use({ open, desk: new AccountDesk(url), folder, profiles: join(folder, "profiles") });
    });
  });
}

test("an account's profile stays, in a folder of its own, and its browser ends with the job", async () => {
  await withProfiles(async ({ open, desk, folder, profiles }) => {
    const visit = async (): Promise<unknown> => {
      await using pool = open();
      return await desk.use(pool, async ({ page, lease }) => {
        expect(lease.facts).toMatchObject({ session: "profile", headless: true });
        await page.goto(desk.site);
        return page.evaluate(VISIT);
      });
    };
    expect([await visit(), await visit()]).toEqual(["who=anna x", "who=anna xx"]);
    expect(desk.saved).toHaveLength(2);
    const [name = "", ...more] = await readdir(profiles);
    expect(more).toEqual([]);
    expect(name).toMatch(/^shop\.team-anna\.[0-9a-f]{16}$/);
    for (const path of [profiles, join(profiles, name)]) expect((await stat(path)).mode & 0o777).toBe(0o700);
    expect(await readdir(join(folder, "run"))).toEqual([]);
    expect((await childProcessesOf(process.pid)).filter(({ command }) => command.includes(profiles))).toEqual([]);
  });
});

test("a login that a person made meanwhile is put into the profile", async () => {
  await withProfiles(async ({ open, desk }) => {
    await using pool = open();
    await desk.use(pool, async ({ page }) => page.goto(desk.site));
    const localStorage = [{ name: "visits", value: "by hand " }];
    desk.saved.push(JSON.stringify({ cookies: [], origins: [{ origin: new URL(desk.site).origin, localStorage }] }));
    const seen = await desk.use(pool, async ({ page }) => {
      await page.goto(desk.site);
      return page.evaluate(VISIT);
    });
    expect(seen).toBe("who=anna by hand x");
  });
});

test("one job at a time has a profile, over all processes, and a killed one's is free", async () => {
  await withProfiles(async ({ open, desk, folder }) => {
    await using pool = open();
    const { page, lease } = await openSession(pool, desk.request());
    const clock = new SimulatedClock();
    await using another = createSessionPool({ folder: join(folder, "run"), modes, clock });
    const ended = new AbortController();
    const waiting = another
      .acquire(desk.request())
      .catch((error: unknown) => error)
      .finally(() => ended.abort());
    while (!ended.signal.aborted) {
      await clock.advance(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await waiting).toMatchObject({ code: "NO_RESOURCE" });
    const gone = page.waitForEvent("close");
    for (const { pid, command } of await childProcessesOf(process.pid))
      if (command.includes("--remote-debugging-pipe")) process.kill(pid, "SIGKILL");
    await gone;
    expect(await lease.diagnose?.()).toMatchObject({ code: "BROWSER_CRASHED" });
    await lease.release();
    await desk.use(open(), async (session) => session.page.goto(desk.site));
  });
});

test("a folder that others may look into, or a link, is refused", async () => {
  await withProfiles(async ({ open, desk, folder, profiles }) => {
    await using pool = open();
    await desk.use(pool, async () => {});
    await chmod(profiles, 0o755);
    await expect(pool.acquire(desk.request())).rejects.toMatchObject({ code: "BROWSER_LAUNCH_FAILED" });
    await symlink(profiles, join(folder, "link"));
    await using linked = createSessionPool({ folder: join(folder, "run"), profiles: join(folder, "link"), modes });
    await expect(linked.acquire(desk.request())).rejects.toMatchObject({ message: expect.stringContaining("no link") });
    const anonymous = await openSession(pool, { ...aRequest(), job: aJob({ surfaceId: "elsewhere" }) });
    await anonymous.lease.release();
  });
});
