import { join } from "node:path";
import { type ProxyLease, Secret, type SessionLease } from "@bentham/core";
import { playwrightSession } from "@bentham/core/playwright";
import { createProxyManager } from "@bentham/proxy-manager";
import { createSessionPool } from "@bentham/session-pool";
import { openStore, vaultFileOf, vaultOf } from "@bentham/runtime";
import { aJob, createAuthority, startChatServer, startProxy, withTemporaryFolder } from "@bentham/testbed";
import { expect, test } from "vitest";

const needs = { session: true };

test.each(["http", "https"] as const)(
  "the account of a surface over %s keeps its session, its proxy and its login, also over a restart",
  async (scheme) => {
    await withTemporaryFolder(async (folder) => {
      const authority = await createAuthority();
      const authorities = [authority.certificate];
      await using chat = await startChatServer(scheme === "https" ? { tls: await authority.issue() } : {});
      await using one = await startProxy();
      await using other = await startProxy();
      const material = {
        type: "user-password",
        username: new Secret("anna"),
        password: new Secret("password"),
      } as const;
      await vaultFileOf(folder, {}).set("team", { id: "anna", material, hosts: [new URL(chat.url).host] });
      const job = aJob({ credentialPool: "team", locationId: "far", surface: { baseURL: chat.url } });
      const servers = [one, other].map(({ url }) => ({ server: url }));

      /** Everything that a process has of Bentham, for two jobs of the account. */
      const inProcess = async (use: (session: SessionLease, proxy: ProxyLease) => Promise<void>): Promise<void> => {
        await using store = await openStore(folder);
        const vault = vaultOf({ folder, configuration: {}, environment: {} }, store);
        await using proxies = createProxyManager({
          allowPrivate: true,
          authorities,
          locations: { far: { proxies: servers } },
          state: store,
        });
        await using sessions = createSessionPool({ folder: join(folder, "run"), authorities });
        for (let number = 1; number <= 2; number++) {
          await using credential = await vault.acquire({ job, needs });
          await using proxy = await proxies.acquire({ job, needs, credential });
          await using session = await sessions.acquire({ job, needs, credential, proxy });
          await use(session, proxy);
          await session.release({ outcome: "answered" });
        }
        expect(sessions.standings()).toEqual({ idle: 1 });
      };

      const seen: string[] = [];
      const exits = new Set<string | undefined>();
      for (let start = 1; start <= 2; start++) {
        const contexts = new Set<unknown>();
        await inProcess(async (lease, proxy) => {
          const { page, context } = playwrightSession(lease);
          contexts.add(context);
          exits.add(proxy.exit);
          await page.goto(chat.url);
          seen.push(String(await page.evaluate("document.cookie + '/' + (localStorage.getItem('visits') ?? '')")));
          await page.evaluate(
            "document.cookie = 'who=anna;max-age=600;path=/'; localStorage.setItem('visits', (localStorage.getItem('visits') ?? '') + 'x')",
          );
          expect(proxy.traffic?.().receivedBytes).toBeGreaterThan(0);
        });
        expect(contexts.size).toBe(1);
      }
      expect(seen).toEqual(["/", "who=anna/x", "who=anna/xx", "who=anna/xxx"]);
      expect(exits.size).toBe(1);
      expect([one, other].filter((proxy) => proxy.connections().length > 0)).toHaveLength(1);
    });
  },
);
