import { once } from "node:events";
import { createServer } from "node:https";
import { join } from "node:path";
import { Secret } from "@bentham/core";
import { playwrightSession } from "@bentham/core/playwright";
import { createProxyManager } from "@bentham/proxy-manager";
import { createSessionPool } from "@bentham/session-pool";
import { aJob, createAuthority, startSocksProxy, withTemporaryFolder } from "@bentham/testbed";
import { expect, test } from "vitest";

const needs = { session: true };

test("a browser goes by a SOCKS5 proxy with name and password, which resolves the site's name", async () => {
  await withTemporaryFolder(async (folder) => {
    const authority = await createAuthority();
    const site = createServer(await authority.issue(["shop.example"]), (_, response) => {
      response.setHeader("content-type", "text/html");
      response.end("<title>shop</title>");
    });
    site.listen(0, "127.0.0.1");
    await once(site, "listening");
    const address = site.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const [username, password] = ["user", "p@ss:wörd"];
    await using proxy = await startSocksProxy({ username, password, hosts: { "shop.example": "127.0.0.1" } });
    const authorities = [authority.certificate];
    const asked: string[] = [];
    const byPassword = (word: string): ReturnType<typeof createProxyManager> =>
      createProxyManager({
        allowPrivate: true,
        authorities,
        locations: { far: { proxies: [{ server: proxy.url, username, password: new Secret(word) }] } },
        lookup: (hostname, _, done) => {
          asked.push(hostname);
          done(Object.assign(new Error("nobody is to ask"), { code: "ENOTFOUND" }), "", 4);
        },
      });
    await using proxies = byPassword(password);
    await using refused = byPassword("wrong");
    await using sessions = createSessionPool({ folder: join(folder, "run"), authorities });
    const job = aJob({ surfaceId: "shop", locationId: "far" });
    const visit = async (by: typeof proxies): Promise<string | undefined> => {
      await using lease = await by.acquire({ job, needs });
      await using session = await sessions.acquire({ job, needs, proxy: lease });
      const { page } = playwrightSession(session);
      const [loaded] = await Promise.allSettled([page.goto(`https://shop.example:${port}/`)]);
      if (loaded?.status !== "fulfilled") return (await lease.diagnose?.())?.code;
      const title = await page.title();
      return title;
    };
    try {
      expect(await visit(proxies)).toBe("shop");
      expect(asked).toEqual([]);
      const reached = proxy.connections().filter(({ target }) => target === `shop.example:${port}`);
      expect(reached.length).toBeGreaterThan(0);
      expect(await visit(refused)).toBe("PROXY_AUTH_FAILED");
      expect(asked).toEqual([]);
    } finally {
      site.closeAllConnections();
      site.close();
      await once(site, "close");
    }
  });
});
