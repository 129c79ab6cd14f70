import { createAuthority, spawnTestbed } from "@bentham/testbed";
import { expect, test } from "vitest";
import { ask } from "./support/asking.ts";
import { getSecurelyThrough, getThrough } from "./support/through-proxy.ts";

test("serves models, a chat and a proxy from one process", async () => {
  const authority = await createAuthority();
  const password = "p4ss-of-the-proxy";
  await using testbed = await spawnTestbed({
    llm: {},
    chat: { tls: await authority.issue() },
    proxy: { username: "user", password },
  });
  const { llm = "", chat = "", proxy = "" } = testbed.urls;
  expect((await ask(llm)).status).toBe(200);
  expect((await getThrough(llm, { proxy })).status).toBe(407);
  const through = { proxy: proxy.replace("//", `//user:${password}@`), ca: authority.certificate };
  const { status, body } = await getSecurelyThrough(`${chat}/`, through);
  expect(status).toBe(200);
  expect(body).toContain("Testbed chat");
});

test("serves only what it is told to", async () => {
  await using testbed = await spawnTestbed({ proxy: {} });
  expect(Object.keys(testbed.urls)).toEqual(["proxy"]);
  await testbed.kill();
});
