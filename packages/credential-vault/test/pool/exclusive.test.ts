import { type CredentialMaterial, Secret } from "@bentham/core";
import type { StoredCredential } from "@bentham/credential-vault";
import { aJob } from "@bentham/testbed";
import { expect, test } from "vitest";
import { ENDINGS, PoolDesk } from "../support/pool-desk.ts";

const materials: readonly CredentialMaterial[] = [
  { type: "user-password", username: new Secret("somebody"), password: new Secret("password") },
  { type: "cookies", cookies: [{ name: "session", value: new Secret("value") }] },
  { type: "storage-state", state: new Secret('{"cookies":[],"origins":[]}') },
];

function account(id: string, material = materials[0]): StoredCredential {
  if (!material) throw new Error("there is no such material");
  return { id, material, hosts: ["a.example"] };
}

test.each(materials)(
  "one job at a time has an account of type $type, over processes that share the state",
  async (material) => {
    const desk = new PoolDesk([account("a", material), account("b", material)]);
    const held = [await desk.lease(), await desk.lease(desk.another())];
    expect(held.map(({ id }) => id)).toEqual(["team/a", "team/b"]);
    expect(await desk.standings()).toEqual({ a: "in-use", b: "in-use" });
    const waiting = desk.lease();
    await held[1]?.release();
    await desk.clock.advance(500);
    expect((await waiting).id).toBe("team/b");
  },
);

test("who waits gets it at once when this process gives it back", async () => {
  const desk = new PoolDesk([account("a")]);
  const held = await desk.lease();
  const waiting = desk.lease();
  while (desk.clock.sleepers < 2) await new Promise((resolve) => setImmediate(resolve));
  await held.release();
  expect((await waiting).id).toBe("team/a");
});

test("who waits in vain gives its slot back, and a stop ends the wait at once", async () => {
  const desk = new PoolDesk([account("a")]);
  await using held = await desk.lease();
  void held;
  const inVain = desk.lease().catch((error: unknown) => error);
  await desk.clock.advance(31_000);
  expect(await inVain).toMatchObject({ code: "NO_RESOURCE", retryAfterMs: 5_000 });
  expect(await inVain).not.toHaveProperty("pauses");
  const stop = new AbortController();
  const stopped = desk.lease(desk.vault, stop.signal).catch((error: unknown) => error);
  while (desk.clock.sleepers < 2) await new Promise((resolve) => setImmediate(resolve));
  stop.abort(new Error("stopped"));
  expect(await stopped).toEqual(new Error("stopped"));
});

test("a hold is renewed for as long as it is held, and is over when nobody renews it", async () => {
  const desk = new PoolDesk([account("a")]);
  const held = await desk.lease();
  await desk.clock.advance(600_000);
  expect(await desk.standings()).toEqual({ a: "in-use" });
  await held.release();
  expect(desk.clock.sleepers).toBe(0);
  expect(await desk.standings()).toEqual({ a: "ready" });
  // As a process of another machine would leave it.
  await desk.state.update("credential-pool/team", () => ({
    credentials: {},
    held: { a: { process: "elsewhere", token: "token", until: desk.state.now() + 60_000 } },
  }));
  expect(await desk.standings()).toEqual({ a: "in-use" });
  await desk.clock.advance(60_000);
  expect(await desk.standings()).toEqual({ a: "ready" });
});

test("a lease that was given back leaves alone who has it now", async () => {
  const desk = new PoolDesk([account("a")]);
  const first = await desk.lease();
  await first.release();
  await using second = await desk.lease();
  void second;
  await first.release();
  expect(await desk.standings()).toEqual({ a: "in-use" });
});

test("an account is taken back from a job that has not given it back in time", async () => {
  const desk = new PoolDesk([account("a")]);
  const job = aJob({ jobId: "job-1", credentialPool: "team" });
  const forgotten = await desk.vault.acquire({ job, neededFor: 90_000 });
  expect(forgotten.owner).toBe("job-1");
  await desk.clock.advance(89_999);
  expect(await desk.standings()).toEqual({ a: "in-use" });
  await desk.clock.advance(1);
  await forgotten.release();
  expect(await desk.standings()).toEqual({ a: "ready" });
  expect(desk.clock.sleepers).toBe(0);
});

test("an account is a person's alone for as long as they have it, also one that is suspended", async () => {
  const desk = new PoolDesk([account("a")]);
  await desk.use(ENDINGS.challenged);
  const person = await desk.vault.leaseToPerson("team", "a");
  await expect(desk.another().leaseToPerson("team", "a")).rejects.toMatchObject({
    code: "NO_RESOURCE",
    message: expect.stringContaining("team/a is in use"),
  });
  await desk.vault.reopen("team", "a");
  expect(await desk.standings()).toEqual({ a: "in-use" });
  await desk.clock.advance(3_600_000);
  expect(await desk.standings()).toEqual({ a: "in-use" });
  await person.release();
  expect(await desk.use()).toBe("a");
});

test("an account that a job has is lent to no person", async () => {
  const desk = new PoolDesk([account("a")]);
  const job = await desk.lease();
  await expect(desk.another().leaseToPerson("team", "a")).rejects.toMatchObject({ code: "NO_RESOURCE" });
  await job.release(ENDINGS.answered);
  await using person = await desk.another().leaseToPerson("team", "a");
  expect(person.id).toBe("team/a");
});
