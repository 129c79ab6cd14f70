import { readdir } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { leaseOf, type Place, Secret, type SessionRequest } from "@bentham/core";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { AccountDesk } from "./support/account-desk.ts";
import { aRequest, openSession, withPool, withSite } from "./support/session-pool.ts";

/** Keeps a token wherever a page can keep one, under the name that it is told. */
const LOG_IN = `async (token) => {
  document.cookie = "session=" + token + ";max-age=3600;path=/";
  localStorage.setItem("token", token);
  const request = indexedDB.open("auth", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("tokens");
  const database = await new Promise((done, fail) => { request.onsuccess = () => done(request.result); request.onerror = fail; });
  const writing = database.transaction("tokens", "readwrite");
  writing.objectStore("tokens").put(token, "token");
  await new Promise((done) => { writing.oncomplete = done; });
  database.close();
}`;

/** What of it the page has: cookie, localStorage, IndexedDB. */
const WHO_AM_I = `async () => {
  const request = indexedDB.open("auth", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("tokens");
  const database = await new Promise((done) => { request.onsuccess = () => done(request.result); });
  const reading = database.transaction("tokens").objectStore("tokens").get("token");
  const stored = await new Promise((done) => { reading.onsuccess = () => done(reading.result ?? null); });
  database.close();
  const cookie = /session=([^;]*)/.exec(document.cookie)?.[1] ?? null;
  return [cookie, localStorage.getItem("token"), stored];
}`;

async function logIn(page: Page, url: string, token: string): Promise<void> {
  await page.goto(url);
  await page.evaluate(`(${LOG_IN})(${JSON.stringify(token)})`);
}

async function whoAmI(page: Page, url: string): Promise<unknown> {
  await page.goto(url);
  return page.evaluate(`(${WHO_AM_I})()`);
}

/** Goes out by a way with this exit. */
function by(exit: string, place: Place = {}): Pick<SessionRequest, "proxy"> {
  return { proxy: leaseOf("far", { exit, place }, () => {}) };
}

const NOBODY = [null, null, null];
const page = "<title>shop</title>";

test("a browser above the memory bound is replaced between the jobs of an account, which goes on with what was saved", async () => {
  await withSite(page, async (url) => {
    const desk = new AccountDesk(url);
    await withPool(
      async (pool, folder) => {
        const first = await desk.use(pool, async (session) => {
          await logIn(session.page, url, "one");
          return session.context.browser();
        });
        const [second, seen] = await desk.use(pool, async (session) => {
          return [session.context.browser(), await whoAmI(session.page, url)] as const;
        });
        expect(second).not.toBe(first);
        expect(seen).toEqual(["one", "one", "one"]);
        await expect.poll(() => readdir(folder), { timeout: 30_000 }).toHaveLength(1);
      },
      { maxBrowserMegabytes: 1 },
    );
  });
});

test("an account's session goes on in another pool with cookies, localStorage and IndexedDB", async () => {
  await withSite(page, async (url) => {
    const desk = new AccountDesk(url);
    await withPool((pool) => desk.use(pool, (session) => logIn(session.page, url, "one")));
    expect(desk.saved).toHaveLength(1);
    await withPool(async (pool) => {
      expect(await desk.use(pool, (session) => whoAmI(session.page, url))).toEqual(["one", "one", "one"]);
      const stranger = await openSession(pool, { ...aRequest(), job: desk.request().job });
      expect(await whoAmI(stranger.page, url)).toEqual(NOBODY);
    });
  });
});

test("a kept session waits without a page, and goes on where it was", async () => {
  await withSite(page, async (url) => {
    const desk = new AccountDesk(url);
    await withPool(async (pool) => {
      const context = await desk.use(pool, async (session) => {
        await logIn(session.page, url, "one");
        expect(session.lease.facts).toMatchObject({ session: "sticky" });
        expect(pool.standings()).toEqual({ leased: 1 });
        return session.context;
      });
      expect(pool.standings()).toEqual({ idle: 1 });
      expect(context.pages()).toEqual([]);
      await desk.use(pool, async (session) => {
        expect(session.context).toBe(context);
        expect(await whoAmI(session.page, url)).toEqual(["one", "one", "one"]);
        await session.page.evaluate("open('about:blank')");
        await expect.poll(() => context.pages()).toHaveLength(1);
      });
      expect(desk.saved).toHaveLength(2);
    });
  });
});

test.each([
  ["failed", { outcome: "failed", code: "TIMEOUT" }, {}],
  ["was interrupted", { outcome: "interrupted" }, {}],
  ["met a challenge", { outcome: "parked", code: "CHALLENGE" }, { quarantined: 1 }],
] as const)("a job that %s saves nothing, and its session is not used again", async (_, ending, standings) => {
  await withSite(page, async (url) => {
    const desk = new AccountDesk(url);
    await withPool(async (pool) => {
      await desk.use(pool, (session) => logIn(session.page, url, "good"));
      await desk.use(pool, (session) => logIn(session.page, url, "bad"), { ending });
      expect(desk.saved).toHaveLength(1);
      expect(pool.standings()).toEqual(standings);
      expect(await desk.use(pool, (session) => whoAmI(session.page, url))).toEqual(["good", "good", "good"]);
      expect(pool.standings()).toEqual({ idle: 1 });
    });
  });
});

test("a kept session serves no other exit, place or surface, and none for which something newer was saved", async () => {
  await withSite(page, async (url) => {
    const desk = new AccountDesk(url);
    await withPool(async (pool) => {
      const contextOf = (parts: Parameters<AccountDesk["use"]>[2]) =>
        desk.use(pool, async ({ context }) => context, parts);
      const first = await contextOf(by("one"));
      expect(await contextOf(by("one"))).toBe(first);
      const others = [
        await contextOf(by("two")),
        await contextOf(by("two", { locale: "de-DE" })),
        await contextOf({ job: { ...desk.request().job, surfaceId: "another" } }),
      ];
      const localStorage = [{ name: "token", value: "newer" }];
      desk.saved.push(JSON.stringify({ cookies: [], origins: [{ origin: new URL(url).origin, localStorage }] })); // As a person, or another process, would.
      others.push(await contextOf({ job: { ...desk.request().job, surfaceId: "another" } }));
      expect(new Set([first, ...others]).size).toBe(5);
      expect(pool.standings()).toEqual({ idle: 1 });
    });
  });
});

test("a kept session that does not answer any more is passed over", async () => {
  await withSite(page, async (url) => {
    const desk = new AccountDesk(url);
    await withPool(async (pool) => {
      const context = await desk.use(pool, async (session) => {
        await logIn(session.page, url, "one");
        return session.context;
      });
      await context.close();
      expect(await desk.use(pool, (session) => whoAmI(session.page, url))).toEqual(["one", "one", "one"]);
    });
  });
});

test("kept sessions take nobody's place", async () => {
  await withSite(page, async (url) => {
    await withPool(
      async (pool) => {
        const desk = new AccountDesk(url);
        await desk.use(pool, (session) => logIn(session.page, url, "one"));
        const { lease } = await openSession(pool);
        await lease.release();
        expect(pool.standings()).toEqual({ idle: 1 });
      },
      { maxSessions: 1 },
    );
  });
});

test("cookies of a credential go to its hosts, and to no other", async () => {
  const asked: (string | undefined)[] = [];
  const site: RequestListener = (request, response) => {
    asked.push(request.headers.cookie);
    response.writeHead(200, { "content-type": "text/html" }).end(page);
  };
  await withSite(site, async (url) => {
    const cookies = [
      { name: "here", value: new Secret("a") },
      { name: "there", value: new Secret("b"), domain: "elsewhere.example" },
      { name: "bound", value: new Secret("c"), domain: "bound.example" },
    ];
    const desk = new AccountDesk(url, { type: "cookies", cookies }, ["bound.example"]);
    await withPool(async (pool) => {
      const held = await desk.use(pool, async (session) => {
        await session.page.goto(url);
        return (await session.context.cookies()).map(({ name, domain }) => `${name} of ${domain}`);
      });
      expect(asked[0]).toBe("here=a");
      expect(held.toSorted()).toEqual(["bound of bound.example", "here of 127.0.0.1"]);
      const job = { ...desk.request().job, surface: { baseURL: "http://localhost:1/" } };
      await expect(pool.acquire(desk.request({ job }))).rejects.toMatchObject({ code: "CREDENTIAL_HOST_MISMATCH" });
      expect(pool.standings()).toEqual({});
    });
  });
});

test("a storage state that somebody handed in is restored for the hosts of its credential", async () => {
  await withSite(page, async (url) => {
    const [origin, other] = [new URL(url).origin, "https://elsewhere.example"];
    const localStorage = [{ name: "token", value: "handed in" }];
    const state = {
      cookies: [],
      origins: [
        { origin, localStorage },
        { origin: other, localStorage },
      ],
    };
    const desk = new AccountDesk(url, { type: "storage-state", state: new Secret(JSON.stringify(state)) });
    await withPool(async (pool) => {
      expect(await desk.use(pool, (session) => whoAmI(session.page, url))).toEqual([null, "handed in", null]);
    });
    expect(desk.saved.at(-1)).toContain(origin);
    expect(desk.saved.at(-1)).not.toContain(other);
  });
});

test("the operator may have each job of an account begin with the same login", async () => {
  await withSite(page, async (url) => {
    const desk = new AccountDesk(url);
    await withPool(
      async (pool) => {
        await desk.use(pool, (session) => logIn(session.page, url, "one"));
        expect(await desk.use(pool, (session) => whoAmI(session.page, url))).toEqual(NOBODY);
        expect(desk.saved).toEqual([]);
      },
      { modes: { shop: "ephemeral" } },
    );
  });
});
