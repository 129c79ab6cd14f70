import { expect, test } from "vitest";
import { ENDINGS, PoolDesk } from "../support/pool-desk.ts";

const asked = (retryAfterMs: number): { outcome: "deferred"; code: string; retryAfterMs: number } => {
  return { ...ENDINGS.tooFast, retryAfterMs };
};

test("one of several that is told to wait rests for that long, and the others go on", async () => {
  const desk = PoolDesk.of(["a", "b"]);
  expect(await desk.use(asked(10_000))).toBe("a");
  expect(await desk.uses(2)).toEqual(["b", "b"]);
  await desk.clock.advance(9_999);
  expect(await desk.use()).toBe("b");
  await desk.clock.advance(1);
  expect(await desk.use()).toBe("a");
});

test("an answer that comes late does not end the wait that its surface asked for", async () => {
  const desk = PoolDesk.of(["a", "b"]);
  const late = await desk.lease();
  await desk.use();
  expect(await desk.use(asked(10_000))).toBe("a");
  await late.release(ENDINGS.answered);
  expect(await desk.standings()).toEqual({ a: "rests", b: "ready" });
});

test("a shorter wait does not end a longer one, and none is longer than a day", async () => {
  const desk = PoolDesk.of(["a", "b"]);
  const leases = [await desk.lease(), await desk.lease(), await desk.lease()];
  await leases[0]?.release(asked(1e12));
  await leases[2]?.release(asked(1));
  await desk.clock.advance(24 * 3_600_000 - 1);
  expect(await desk.standings()).toMatchObject({ a: "rests" });
  await desk.clock.advance(1);
  expect(await desk.standings()).toMatchObject({ a: "ready" });
});

test("when all rest the lane waits for the first of them", async () => {
  const desk = PoolDesk.of(["a", "b"]);
  await desk.use(asked(30_000));
  await desk.use(asked(12_000));
  await desk.clock.advance(2_000);
  await expect(desk.lease()).rejects.toMatchObject({ code: "NO_RESOURCE", retryAfterMs: 10_000, pauses: "lane" });
});

test("a credential that is alone does not rest: its lane does", async () => {
  const desk = PoolDesk.of(["a"], { cooling: { errors: 1 } });
  await desk.use(asked(30_000));
  await desk.use(ENDINGS.tooFast);
  expect(await desk.standings()).toEqual({ a: "ready" });
});

test("enough errors within the window let it rest, twice as long each time until it has brought an answer", async () => {
  const desk = PoolDesk.of(["a", "b"], { cooling: { errors: 2, window: 1000, rest: 100, longestRest: 300 } });
  await failTimes(desk, 1);
  await desk.clock.advance(1001);
  await failTimes(desk, 1);
  expect(await desk.standings()).toMatchObject({ a: "ready" });
  for (const length of [100, 200, 300, 300]) {
    await failTimes(desk, length === 100 ? 1 : 2);
    await desk.clock.advance(length - 1);
    expect(await desk.standings()).toMatchObject({ a: "rests" });
    await desk.clock.advance(1);
    expect(await desk.standings()).toMatchObject({ a: "ready" });
  }
});

test("errors of the surface and of the way there are none of the credential's", async () => {
  const desk = PoolDesk.of(["a", "b"], { cooling: { errors: 1 } });
  for (const code of ["UPSTREAM_ERROR", "TIMEOUT", "NETWORK_ERROR", "PROXY_FAILED", "INVALID_REQUEST", "OVERLOADED"]) {
    await desk.use({ outcome: "failed", code });
  }
  expect(await desk.standings()).toEqual({ a: "ready", b: "ready" });
});

/** Lets the credential `a` meet so many errors, and the other one bring answers in between. */
async function failTimes(desk: PoolDesk, times: number): Promise<void> {
  for (let failed = 0; failed < times;) {
    const lease = await desk.lease();
    const isOwn = lease.id === "team/a";
    await lease.release(isOwn ? ENDINGS.tooFast : ENDINGS.answered);
    if (isOwn) failed += 1;
  }
}
