import { once } from "node:events";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { join } from "node:path";
import { createMemoryState, type LeaseEnding, Secret } from "@bentham/core";
import { playwrightSession } from "@bentham/core/playwright";
import { createProxyManager } from "@bentham/proxy-manager";
import { openHandOver, openStore, vaultFileOf, vaultOf } from "@bentham/runtime";
import { createSessionPool } from "@bentham/session-pool";
import {
  aJob,
  createAuthority,
  type ServerCertificate,
  SimulatedClock,
  startProxy,
  withTemporaryFolder,
} from "@bentham/testbed";
import { expect, test } from "vitest";
import { AnonymousSessions } from "../src/inbox/anonymous-sessions.ts";
import { sayInView } from "./support/say-in-view.ts";

const needs = { session: true };
const [FIRST, SECOND] = ["127.0.0.2", "127.0.0.3"];

test.runIf(process.platform === "linux").each(["http", "https"] as const)(
  "over %s, no cookie of an account is ever seen from two addresses, whatever becomes of its proxy",
  async (scheme) => {
    await withTemporaryFolder(async (folder) => {
      const authority = await createAuthority();
      await using site = await startSite(scheme === "https" ? await authority.issue() : undefined);
      await using one = await startProxy({ exit: FIRST });
      await using other = await startProxy({ exit: SECOND });
      const material = { type: "user-password", username: new Secret("anna"), password: new Secret("word") } as const;
      const vaultFile = vaultFileOf(folder, {});
      await vaultFile.set("team", { id: "anna", material, hosts: [new URL(site.url).host] });

      const clock = new SimulatedClock();
      const authorities = [authority.certificate];
      await using store = await openStore(folder);
      const vault = vaultOf({ folder, configuration: {}, environment: {} }, store);
      await using proxies = createProxyManager({
        allowPrivate: true,
        authorities,
        locations: { far: { proxies: [{ server: one.url }, { server: other.url }] } },
        state: createMemoryState(clock),
        clock,
      });
      await using sessions = createSessionPool({ folder: join(folder, "run"), authorities });
      const job = aJob({
        surfaceId: "shop",
        credentialPool: "team",
        locationId: "far",
        surface: { baseURL: site.url },
      });

      /** One job of the account, from the first lease to the last; gives the proxy it went by, and how it ended. */
      const visit = async (): Promise<readonly [proxy: string, code: string]> => {
        await using credential = await vault.acquire({ job, needs });
        await using proxy = await proxies.acquire({ job, needs, credential });
        await using session = await sessions.acquire({ job, needs, credential, proxy });
        const { page } = playwrightSession(session);
        const status = await page.goto(site.url).then(
          (response) => response?.status(),
          () => undefined,
        );
        const code = status === 200 ? "" : ((await proxy.diagnose?.())?.code ?? "unknown");
        const ending: LeaseEnding = code === "" ? { outcome: "answered" } : { outcome: "failed", code };
        for (const lease of [session, proxy, credential]) await lease.release(ending);
        return [proxy.id, code];
      };

      expect(await visit()).toEqual(["far/1", ""]);
      expect(await visit()).toEqual(["far/1", ""]);

      // It rests, and the other one is well: the account waits.
      await one.behave("refuse");
      expect(await visit()).toEqual(["far/1", "PROXY_FAILED"]);
      await expect(visit()).rejects.toMatchObject({ code: "NO_RESOURCE", retryAfterMs: 30_000 });
      await one.behave("ok");
      await clock.advance(30_000);
      expect(await visit()).toEqual(["far/1", ""]);

      // It is of no use any more: a person signs in anew by the other one.
      await one.behave("refuse"); // Which cuts what a kept session has open.
      await one.behave("407");
      expect(await visit()).toEqual(["far/1", "PROXY_AUTH_FAILED"]);
      await expect(visit()).rejects.toMatchObject({ code: "LOGIN_REQUIRED", account: "team/anna" });
      const seenBefore = site.seen.size;
      const parts = {
        proxyManager: proxies,
        sessionPool: sessions,
        credentialVault: vault,
        anonymous: new AnonymousSessions({ store, vaultFile }),
      };
      const place = {
        surfaceId: "shop",
        locationId: "far",
        surface: { baseURL: site.url },
        definition: { name: "shop", version: "1", composer: [], send: [], answer: [], busy: [], done: [] },
        account: { pool: "team", id: "anna" },
        proxyId: "far/1",
      };
      const texts = { title: "", facts: [], done: "Done" };
      {
        await using left = await openHandOver(parts, place, { texts, done: async () => "done" });
        expect(left.url).toContain("127.0.0.1");
      }
      // A person who went away again has changed nothing.
      await expect(visit()).rejects.toMatchObject({ code: "LOGIN_REQUIRED" });
      {
        await using handOver = await openHandOver(parts, place, { texts, done: saving });
        await sayInView(handOver.url, "done");
        expect(await handOver.ended).toBe("done");
      }
      expect(await visit()).toEqual(["far/2", ""]);
      expect(await visit()).toEqual(["far/2", ""]);

      expect(site.seen.size).toBe(seenBefore + 2);
      expect([...site.seen.values()].map((addresses) => [...addresses])).toEqual([[FIRST], [SECOND], [SECOND]]);
      expect(site.visits.get(SECOND)).toBe(4);
    });
  },
);

async function saving(save: () => Promise<void>): Promise<string> {
  await save();
  return "done";
}

interface Site extends AsyncDisposable {
  readonly url: string;
  /** The addresses that each of its cookies was handed to, or came from. */
  readonly seen: ReadonlyMap<string, ReadonlySet<string>>;
  /** How often it was visited from each address. */
  readonly visits: ReadonlyMap<string, number>;
}

/** A site that gives each browser a cookie of its own. */
async function startSite(tls: ServerCertificate | undefined): Promise<Site> {
  const seen = new Map<string, Set<string>>();
  const visits = new Map<string, number>();
  const serve: RequestListener = (request, response) => {
    if (request.url !== "/") return void response.writeHead(404).end();
    const from = request.socket.remoteAddress ?? "";
    const cookie = /who=(\d+)/.exec(request.headers.cookie ?? "")?.[1] ?? String(seen.size + 1);
    seen.set(cookie, (seen.get(cookie) ?? new Set()).add(from));
    visits.set(from, (visits.get(from) ?? 0) + 1);
    response.writeHead(200, { "content-type": "text/html", "set-cookie": `who=${cookie}; Path=/; Max-Age=3600` });
    response.end("<title>shop</title>");
  };
  const server = tls ? createHttpsServer(tls, serve) : createHttpServer(serve);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("a server on a port has a port");
  return {
    url: `${tls ? "https" : "http"}://127.0.0.1:${address.port}/`,
    seen,
    visits,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
