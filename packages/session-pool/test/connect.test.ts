import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { createSessionPool, findChromium } from "@bentham/session-pool";
import { withTemporaryFolder } from "@bentham/testbed";
import { expect, test } from "vitest";
import { AccountDesk } from "./support/account-desk.ts";
import { aRequest, openSession, withPool, withSite } from "./support/session-pool.ts";

/** Runs `use` beside a browser that somebody else has started. */
async function withRunningBrowser(use: (endpoint: string, browser: ChildProcess) => Promise<void>): Promise<void> {
  await withTemporaryFolder(async (folder) => {
    const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
    const args = ["--headless", "--disable-gpu", "--remote-debugging-port=0", `--user-data-dir=${folder}`, ...sandbox];
    const browser = spawn(await findChromium(process.env), args, { stdio: "ignore" });
    try {
      const endpoint = async (): Promise<string> => {
        const [port = ""] = (await readFile(join(folder, "DevToolsActivePort"), "utf8")).split("\n");
        return `http://127.0.0.1:${port}`;
      };
      // It is up when its first page has loaded.
      const pages = async (): Promise<string> => (await fetch(`${await endpoint()}/json/list`)).text();
      await expect.poll(() => pages().catch(() => ""), { timeout: 30_000 }).toMatch(/"title": "New Tab"/);
      await use(await endpoint(), browser);
    } finally {
      browser.kill("SIGKILL");
      await once(browser, "exit");
    }
  });
}

test("sessions are contexts of their own in a browser that is running already, and it goes on", async () => {
  await withRunningBrowser(async (connect, browser) => {
    await withSite("<title>hello</title>", async (url) => {
      await withPool(
        async (pool) => {
          const { page, lease } = await openSession(pool, aRequest({ place: { locale: "de-DE" } }));
          await page.goto(url);
          expect(await page.evaluate("[document.title, navigator.language]")).toEqual(["hello", "de-DE"]);
          expect(lease.facts).toMatchObject({ connected: true, locale: "de-DE" });
          await page.evaluate("localStorage.setItem('seen', 'yes')");
          await lease.release();
          const desk = new AccountDesk(url);
          expect(
            await desk.use(pool, async (session) => {
              await session.page.goto(url);
              return session.page.evaluate("localStorage.getItem('seen')");
            }),
          ).toBeNull();
          expect(pool.standings()).toEqual({ idle: 1 });
        },
        { connect },
      );
    });
    expect(browser.exitCode).toBeNull();
    expect(browser.signalCode).toBeNull();
    await withPool(async (pool) => (await openSession(pool)).lease.release(), { connect }); // It answers still.
  });
});

test.each(["http://192.0.2.1:9222", "https://127.0.0.1:9222", "file:///x", "nothing"])("%s is refused", (connect) => {
  expect(() => createSessionPool({ folder: "nowhere", connect })).toThrow(
    expect.objectContaining({ code: "CONFIG_INVALID" }),
  );
});

test("says what to do when no browser is there", async () => {
  await withPool(
    async (pool) => {
      await expect(pool.acquire(aRequest())).rejects.toMatchObject({ code: "BROWSER_LAUNCH_FAILED" });
    },
    { connect: "http://127.0.0.1:1" },
  );
});
