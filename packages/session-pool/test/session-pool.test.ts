import type { RequestListener } from "node:http";
import { readdir, readFile } from "node:fs/promises";
import process from "node:process";
import { childProcessesOf, SimulatedClock } from "@bentham/testbed";
import { Secret } from "@bentham/core";
import { expect, test } from "vitest";
import { aRequest, openSession, withPool, withSite } from "./support/session-pool.ts";

test("gives each job a context of its own, with one page", async () => {
  await withPool(async (pool) => {
    await withSite("<title>hello</title>", async (url) => {
      const first = await openSession(pool);
      const second = await openSession(pool);
      await first.page.goto(url);
      await first.page.evaluate("localStorage.setItem('seen', 'yes')");
      await second.page.goto(url);
      expect(await second.page.evaluate("localStorage.getItem('seen')")).toBeNull();
      expect(await second.page.title()).toBe("hello");
      expect(first.lease.facts).toMatchObject({ browser: "chromium", headless: true, viewport: "1280x800" });
      expect(first.lease.facts?.["userAgent"]).toStrictEqual(expect.stringContaining("HeadlessChrome"));
      await Promise.all([first.lease.release(), second.lease.release()]);
      await second.lease.release();
    });
  });
});

test("lets out what sessions ask for, and nothing that the browser asks for by itself", async () => {
  await withPool(async (pool) => {
    let asked = 0;
    const listener: RequestListener = (_, response) => {
      asked++;
      response.end("hello");
    };
    await withSite(listener, async (url) => {
      const { page, lease } = await openSession(pool);
      const own = page.context().browser()?.contexts()[0];
      expect(own).not.toBe(page.context());
      const refused = (await own?.newPage())?.goto(url);
      await expect(refused).rejects.toThrow("ERR_PROXY_CONNECTION_FAILED");
      expect(asked).toBe(0);
      await page.goto(url);
      expect(asked).toBeGreaterThan(0);
      await lease.release();
    });
  });
});

test("leaves no process and no file behind", async () => {
  await withPool(async (pool, folder) => {
    const { page } = await openSession(pool);
    await page.goto("about:blank");
    expect(await browsersOfThisProcess()).not.toHaveLength(0);
    expect(await readdir(folder)).toHaveLength(1);
    await pool[Symbol.asyncDispose]();
    expect(await browsersOfThisProcess()).toHaveLength(0);
    expect(await readdir(folder)).toHaveLength(0);
    await expect(pool.acquire(aRequest())).rejects.toMatchObject({ code: "INTERRUPTED" });
  });
});

test("starts a second browser for the fifth session", async () => {
  await withPool(
    async (pool, folder) => {
      const sessions = await Promise.all(Array.from({ length: 5 }, () => openSession(pool)));
      expect(new Set(sessions.map(({ context }) => context.browser())).size).toBe(2);
      expect(await readdir(folder)).toHaveLength(2);
    },
    { maxSessions: 8 },
  );
});

test("lets nobody have more sessions than there may be, and gives a place to who waits", async () => {
  await withPool(
    async (pool) => {
      const { lease } = await openSession(pool);
      const stop = new AbortController();
      const stopped = pool.acquire(aRequest({}, stop.signal));
      const next = pool.acquire(aRequest());
      stop.abort(new Error("no longer wanted"));
      await expect(stopped).rejects.toThrow("no longer wanted");
      await lease.release();
      await (await next).release();
    },
    { maxSessions: 1 },
  );
});

test("speaks the language and keeps the time of the place", async () => {
  await withPool(async (pool) => {
    const { page } = await openSession(pool, aRequest({ place: { locale: "de-DE", timeZone: "Asia/Tokyo" } }));
    const told = "[navigator.language, Intl.DateTimeFormat().resolvedOptions().timeZone]";
    expect(await page.evaluate(told)).toEqual(["de-DE", "Asia/Tokyo"]);
  });
});

test("is where its place is, and sends the language of the place", async () => {
  const languages: (string | undefined)[] = [];
  const site: RequestListener = (request, response) => {
    languages.push(request.headers["accept-language"]);
    response.writeHead(200, { "content-type": "text/html" }).end("here");
  };
  const whereAmI = `new Promise((done) => navigator.geolocation.getCurrentPosition(
    ({ coords }) => done([coords.latitude, coords.longitude]), ({ code }) => done(code)))`;
  await withPool(async (pool) => {
    await withSite(site, async (url) => {
      const geolocation = { latitude: 52.5, longitude: 13.4 };
      const there = await openSession(pool, aRequest({ place: { locale: "de-DE", geolocation } }));
      await there.page.goto(url);
      expect(await there.page.evaluate(whereAmI)).toEqual([52.5, 13.4]);
      expect(languages[0]).toMatch(/^de-DE/);
      const nowhere = await openSession(pool);
      await nowhere.page.goto(url);
      expect(await nowhere.page.evaluate(whereAmI)).toBe(1); // PERMISSION_DENIED
    });
  });
});

test("lets no page go to files, to the browser's own pages or to other programs, nor frame them, and grants nothing", async () => {
  const targets = ["file:///etc/passwd", "chrome://version", "view-source:http://127.0.0.1/", "bentham-odd://x"];
  await withPool(async (pool) => {
    for (const target of targets) {
      const hostile = `<iframe src="${target}"></iframe><a href="${target}">go</a><script>
        try { location.href = "${target}"; } catch {}
        document.querySelector("a").click();
        document.title = "done";
      </script>`;
      await withSite(hostile, async (url) => {
        const { page, lease } = await openSession(pool);
        await page.goto(url, { waitUntil: "commit" }); // What waits for another program never ends loading.
        await expect.poll(() => page.title()).toBe("done");
        const [scheme = ""] = target.split(":");
        expect(page.frames().filter((frame) => frame.url().startsWith(`${scheme}:`))).toEqual([]);
        expect(await page.content()).not.toContain("root:");
        expect(page.url()).toBe(url);
        for (const permission of ["notifications", "camera", "microphone", "clipboard-read"]) {
          const state = `navigator.permissions.query({ name: "${permission}" }).then(({ state }) => state)`;
          expect(`${permission}: ${String(await page.evaluate(state))}`).not.toBe(`${permission}: granted`);
        }
        await lease.release();
      });
    }
  });
});

test("goes the way of its proxy, also to loopback", async () => {
  await withPool(async (pool) => {
    const asked: string[] = [];
    await withSite(
      (request, response) => {
        asked.push(`${request.url} ${request.headers["proxy-authorization"] ?? "nobody"}`);
        if (!request.headers["proxy-authorization"]) {
          return response.writeHead(407, { "proxy-authenticate": "Basic realm=gateway" }).end();
        }
        return response.writeHead(200, { "content-type": "text/html" }).end("by proxy");
      },
      async (server) => {
        const browser = { server, username: "route", password: new Secret("pass word") };
        const { page } = await openSession(pool, aRequest({ browser }));
        await page.goto("http://127.0.0.1:9999/there");
        expect(await page.content()).toContain("by proxy");
        const authorization = `Basic ${Buffer.from("route:pass word").toString("base64")}`;
        expect(asked.slice(0, 2)).toEqual([
          "http://127.0.0.1:9999/there nobody",
          `http://127.0.0.1:9999/there ${authorization}`,
        ]);
      },
    );
    for (const { command } of await browsersOfThisProcess()) expect(command).not.toContain("pass word");
  });
});

test("lets a hostile page open no window, hold up nothing by dialogs, and download nothing", async () => {
  const hostile = `<script>
    for (let i = 0; i < 20; i++) open("about:blank?" + i);
    addEventListener("beforeunload", (event) => event.preventDefault());
    alert("one"); confirm("two"); document.title = "done";
    const link = document.createElement("a"); link.href = "data:text/plain,x"; link.download = "x"; link.click();
  </script>`;
  await withPool(async (pool) => {
    await withSite(hostile, async (url) => {
      const { page, context, lease } = await openSession(pool);
      await page.goto(url);
      expect(await page.title()).toBe("done");
      await expect.poll(() => context.pages().length).toBe(1);
      await lease.release();
      expect(context.pages()).toHaveLength(0);
    });
  });
});

test("hands nothing of this process's environment to the browser", async () => {
  process.env["BENTHAM_TEST_SECRET"] = "sk-environment-secret";
  try {
    await withPool(async (pool) => {
      const { lease } = await openSession(pool);
      const [{ pid } = { pid: 0 }] = await browsersOfThisProcess();
      expect(await readFile(`/proc/${pid}/environ`, "latin1")).not.toContain("sk-environment-secret");
      await lease.release();
    });
  } finally {
    delete process.env["BENTHAM_TEST_SECRET"];
  }
});

test("takes a session back from a job that has not given it back in time", async () => {
  const clock = new SimulatedClock();
  await withPool(
    async (pool) => {
      const { context, lease } = await openSession(pool, { ...aRequest(), neededFor: 90_000 });
      const closed = context.waitForEvent("close");
      const next = pool.acquire(aRequest()).catch((error: unknown) => error);
      await clock.advance(20_000);
      expect(pool.standings()).toEqual({ leased: 1 });
      await clock.advance(70_000);
      await closed;
      await lease.release();
      expect(pool.standings()).toEqual({});
      expect(await next).toMatchObject({ code: "NO_RESOURCE" });
      await (await pool.acquire(aRequest())).release();
    },
    { maxSessions: 1, clock },
  );
});

test("says what to do when there is no browser", async () => {
  await withPool(
    async (pool) => {
      await expect(pool.acquire(aRequest())).rejects.toMatchObject({ code: "BROWSER_LAUNCH_FAILED" });
    },
    { executable: "/nowhere/chromium" },
  );
});

async function browsersOfThisProcess(): Promise<readonly { readonly pid: number; readonly command: string }[]> {
  return (await childProcessesOf(process.pid)).filter(({ command }) => command.includes("--remote-debugging-pipe"));
}
