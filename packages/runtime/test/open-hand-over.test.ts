import { join } from "node:path";
import { openHandOver, openStore, solveItem, vaultFileOf, vaultOf } from "@bentham/runtime";
import { startRun } from "@bentham/orchestrator";
import { createProxyManager } from "@bentham/proxy-manager";
import { createSessionPool } from "@bentham/session-pool";
import { startChatServer, withTemporaryFolder } from "@bentham/testbed";
import { expect, test } from "vitest";
import { AnonymousSessions } from "../src/inbox/anonymous-sessions.ts";
import { plannedStudy } from "./support/planned-study.ts";
import { sayInView } from "./support/say-in-view.ts";

test("saves nothing for an item that ends between the look at it and the saving", async () => {
  await withTemporaryFolder(async (folder) => {
    await using chat = await startChatServer();
    await using store = await openStore(folder);
    await startRun(store, plannedStudy(chat.url, 1), { queueName: "queue" });
    const [job] = await store.claim({ queueName: "queue", workerId: "worker", limit: 1, leaseMs: 60_000 });
    if (!job) throw new Error("there is a job");
    await store.park(job, { outcome: "parked", code: "CHALLENGE", message: "a challenge" });
    const [item] = await store.inboxItems();
    if (!item) throw new Error("there is an item");

    const vaultFile = vaultFileOf(folder, {});
    await using proxyManager = createProxyManager({ allowPrivate: true });
    await using sessionPool = createSessionPool({ folder: join(folder, "run") });
    const anonymous = new AnonymousSessions({ store, vaultFile });
    const credentialVault = vaultOf({ folder, configuration: {}, environment: {} }, store);
    const place = {
      surfaceId: "llm",
      locationId: "direct",
      surface: { baseURL: chat.url },
      definition: { name: "llm", version: "1", composer: [], send: [], answer: [], busy: [], done: [] },
    };
    await using handOver = await openHandOver({ proxyManager, sessionPool, anonymous, credentialVault }, place, {
      texts: { title: "", facts: [], done: "Done" },
      async over() {
        const { length } = await store.inboxItems();
        await store.blockInboxItem(item.id, "nobody saw to it"); // As another process may, right after the look.
        return length === 0 ? "it is over" : undefined;
      },
      async done(save) {
        const cells = await solveItem(store, item, save);
        return cells === 0 ? "it was over after all" : "saved";
      },
    });
    expect(await sayInView(handOver.url, "done")).toBe("it was over after all");
    expect(await handOver.ended).toBe("done");
    expect(handOver.wasOver()).toBe("it was over after all");
    expect(await anonymous.read(place)).toBeUndefined();
    expect(await store.ledger(item.runId)).toMatchObject({ blocked: 1, pending: 0 });
  });
});
