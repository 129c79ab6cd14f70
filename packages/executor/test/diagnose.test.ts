import { BenthamError, leaseOf, type ProxyManager, type SessionPool } from "@bentham/core";
import { createExecutor } from "@bentham/executor";
import { expect, test } from "vitest";
import { jobOf } from "./support/jobs.ts";
import { adapterOf, registryOf } from "./support/surface.ts";
import { TestClock } from "./support/test-clock.ts";

const ONCE = { maxRetries: 0 } as const;
const deadProxy = new BenthamError("PROXY_FAILED", "the proxy us-nyc/1 takes no connections");
const endedBrowser = new BenthamError("INTERRUPTED", "the browser was ended");

type Diagnosis = () => Promise<BenthamError | undefined>;

function proxies(diagnose: Diagnosis): ProxyManager {
  return { acquire: async () => leaseOf("us-nyc/1", { diagnose }, () => {}) };
}

function sessions(diagnose: Diagnosis): SessionPool {
  return { acquire: async () => leaseOf("session-1", { diagnose }, () => {}) };
}

/** An adapter that asks, and then fails with `error`. */
function failing(error: Error, needs = {}): ReturnType<typeof adapterOf> {
  return adapterOf(() => {
    throw error;
  }, needs);
}

async function codeOf(error: Error, proxy: Diagnosis, session?: Diagnosis): Promise<string | undefined> {
  const clock = new TestClock();
  const executor = createExecutor({
    surfaceAdapters: registryOf(failing(error, { session: session !== undefined })),
    proxyManager: proxies(proxy),
    clock,
    ...(session ? { sessionPool: sessions(session) } : {}),
  });
  return (await clock.run(executor.executeJob(jobOf(), ONCE))).error?.code;
}

const cut = new BenthamError("TRUNCATED_RESPONSE", "the answer broke off");

test("a broken proxy is what an attempt failed by, not what the surface looked like through it", async () => {
  expect(await codeOf(cut, async () => deadProxy)).toBe("PROXY_FAILED");
  expect(await codeOf(cut, async () => undefined)).toBe("TRUNCATED_RESPONSE");
});

test("a browser that was ended for another page's sake goes before the proxy", async () => {
  const closed = new Error("page.click: Target page, context or browser has been closed");
  const code = await codeOf(
    closed,
    async () => deadProxy,
    async () => endedBrowser,
  );
  expect(code).toBe("INTERRUPTED");
});

test("a surface's own word counts, whatever became of the way to it", async () => {
  expect(await codeOf(new BenthamError("AUTH_FAILED", "401"), async () => deadProxy)).toBe("AUTH_FAILED");
});

test("resources that fail or hang when they are asked change nothing", async () => {
  const code = await codeOf(
    cut,
    () => Promise.reject(new Error("no idea")),
    () => new Promise(() => {}),
  );
  expect(code).toBe("TRUNCATED_RESPONSE");
});
