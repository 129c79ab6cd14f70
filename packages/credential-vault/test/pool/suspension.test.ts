import { inspect } from "node:util";
import { expect, test } from "vitest";
import { apiKey, ENDINGS, PoolDesk } from "../support/pool-desk.ts";

test.each([ENDINGS.refused, ENDINGS.forbidden])("two refusals in a row suspend a credential: %j", async (refused) => {
  const desk = PoolDesk.of(["a", "b"]);
  expect(await desk.use(refused)).toBe("a");
  expect(await desk.use()).toBe("b");
  expect(await desk.standings()).toEqual({ a: "ready", b: "ready" });
  expect(await desk.use(refused)).toBe("a");
  expect(await desk.standings()).toEqual({ a: "suspended", b: "ready" });
  expect(await desk.uses(3)).toEqual(["b", "b", "b"]);
});

test("an answer in between makes a refusal forgotten", async () => {
  const desk = PoolDesk.of(["a"]);
  for (const ending of [ENDINGS.refused, ENDINGS.answered, ENDINGS.refused]) await desk.use(ending);
  expect(await desk.standings()).toEqual({ a: "ready" });
});

test("what says nothing of the credential neither suspends it nor makes a refusal forgotten", async () => {
  const desk = PoolDesk.of(["a"]);
  for (const ending of [ENDINGS.refused, ENDINGS.broken, ENDINGS.tooFast]) await desk.use(ending);
  expect(await desk.standings()).toEqual({ a: "ready" });
  await desk.use(ENDINGS.refused);
  expect(await desk.standings()).toEqual({ a: "suspended" });
});

test.each([ENDINGS.locked, ENDINGS.challenged])(
  "an account that is shut out is suspended at once: %j",
  async (ending) => {
    const desk = PoolDesk.of(["a", "b"]);
    expect(await desk.use(ending)).toBe("a");
    expect(await desk.standings()).toEqual({ a: "suspended", b: "ready" });
  },
);

test("when all accounts are shut out, jobs wait with one of them for a person, who is told where to look", async () => {
  const desk = PoolDesk.of(["a", "b"]);
  await desk.use(ENDINGS.locked);
  await desk.use(ENDINGS.challenged);
  await expect(desk.lease()).rejects.toMatchObject({
    code: "ACCOUNT_BLOCKED",
    account: "team/a",
    message: expect.stringMatching(/team\/a waits for a person.*bentham inbox/),
  });
});

test("an account that was shut out beside one that rests makes nobody wait for a person", async () => {
  const desk = PoolDesk.of(["a", "b"]);
  await desk.use(ENDINGS.locked);
  await desk.use(ENDINGS.toldToWait);
  await expect(desk.lease()).rejects.toMatchObject({ code: "NO_RESOURCE", pauses: "lane" });
});

test("when all keys are refused the lane waits for a person, for as long as it takes", async () => {
  const desk = PoolDesk.of(["a", "b"]);
  for (const refused of [ENDINGS.refused, ENDINGS.forbidden, ENDINGS.refused, ENDINGS.forbidden])
    await desk.use(refused);
  const error: unknown = await desk.lease().catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: "NO_RESOURCE", retryAfterMs: Infinity, pauses: "lane" });
  expect(error).toMatchObject({
    message: expect.stringMatching(/a \(AUTH_FAILED\), b \(FORBIDDEN\).*bentham vault reopen team/),
  });
  expect(inspect(error)).not.toContain("value-of");
  await desk.clock.advance(30 * 24 * 3_600_000);
  await expect(desk.lease()).rejects.toMatchObject({ code: "NO_RESOURCE" });
});

test("a person reopens one of them, or all, and the next refusals count from the beginning", async () => {
  const desk = PoolDesk.of(["a", "b"]);
  for (const _ of [1, 2]) await desk.use(ENDINGS.locked);
  expect(await desk.vault.reopen("team", "b")).toEqual(["b"]);
  expect(await desk.standings()).toEqual({ a: "suspended", b: "ready" });
  await desk.use(ENDINGS.refused);
  expect(await desk.standings()).toEqual({ a: "suspended", b: "ready" });
  await desk.use(ENDINGS.refused);
  expect(await desk.vault.reopen("team")).toEqual(["a", "b"]);
  expect(await desk.vault.reopen("team")).toEqual([]);
  expect(await desk.standings()).toEqual({ a: "ready", b: "ready" });
  await expect(desk.vault.reopen("nope")).rejects.toMatchObject({ code: "CREDENTIAL_MISSING" });
});

test("another value is another credential: it is ready, and late news of the old one does not harm it", async () => {
  const desk = PoolDesk.of(["a"]);
  const late = await Promise.all([desk.lease(), desk.lease(), desk.lease()]);
  await desk.use(ENDINGS.locked);
  desk.credentials = [apiKey("a", "another value")];
  expect(await desk.standings()).toEqual({ a: "ready" });
  for (const lease of late) await lease.release(ENDINGS.refused);
  expect(await desk.standings()).toEqual({ a: "ready" });
  expect((await desk.lease()).valueFor("https://a.example").reveal()).toBe("another value");
  desk.credentials = [apiKey("a")];
  expect(await desk.standings()).toEqual({ a: "suspended" });
});

test("what one process learns, all know, and no value stands in what they share", async () => {
  const desk = PoolDesk.of(["a", "b"]);
  const other = desk.another();
  expect(await desk.use(ENDINGS.refused, other)).toBe("a");
  expect(await desk.use(ENDINGS.answered, other)).toBe("b");
  await desk.use(ENDINGS.refused);
  expect((await other.standings("team")).map(({ standing }) => standing.kind)).toEqual(["suspended", "ready"]);
  expect(JSON.stringify(await desk.state.read("credential-pool/team"))).not.toContain("value-of");
});

test("a lease that is given back twice counts once, and one without an ending says nothing", async () => {
  const desk = PoolDesk.of(["a"]);
  const lease = await desk.lease();
  await Promise.all([lease.release(ENDINGS.refused), lease.release(ENDINGS.refused)]);
  await (await desk.lease()).release();
  expect(await desk.standings()).toEqual({ a: "ready" });
});
