import { assert, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";
import {
  FRESH_PROXY,
  isDoubtful,
  nextHealth,
  type ProxyEvent,
  type ProxyHealth,
  restOf,
} from "../../src/health/proxy-health.ts";

const failed: ProxyEvent = { kind: "failed", reason: "broke" };
const down: ProxyEvent = { kind: "down", reason: "ECONNREFUSED" };

/** What is known after events, each as soon as the proxy may be used again. */
function after(...events: readonly ProxyEvent[]): { readonly health: ProxyHealth; readonly now: number } {
  let [health, now] = [FRESH_PROXY, 1000];
  for (const event of events) {
    const rest = restOf(health, now);
    if (rest !== Infinity) now += rest;
    health = nextHealth(health, event, now);
  }
  return { health, now };
}

describe("a proxy", () => {
  test("is suspect after one failure and cools after two", () => {
    expect(after(failed).health).toMatchObject({ state: "suspect", reason: "broke" });
    const { health, now } = after(failed, failed);
    expect(health.state).toBe("cooling");
    expect(restOf(health, now)).toBe(30_000);
    expect(restOf(health, now + 29_999)).toBe(1);
    expect(restOf(health, now + 30_000)).toBe(0);
  });

  test("cools at once when it takes no connections, twice as long each time, and is given up after six times", () => {
    const rests = [1, 2, 3, 4, 5, 6, 7].map((times) => {
      const { health, now } = after(...Array.from({ length: times }, () => down));
      return restOf(health, now);
    });
    expect(rests).toEqual([30_000, 60_000, 120_000, 240_000, 480_000, 900_000, Infinity]);
  });

  test("is suspect where it is slow, for ten minutes or until it is seen to be quick, and never worse", () => {
    const slow: ProxyEvent = { kind: "slow", reason: "slow" };
    const { health } = after(...Array.from({ length: 20 }, () => slow));
    expect(health).toMatchObject({ state: "suspect", isSlow: true, since: 1000 });
    expect([isDoubtful(health, 600_999), isDoubtful(health, 601_000)]).toEqual([true, false]);
    expect(nextHealth(health, { kind: "worked" }, 2000)).toBe(health);
    expect(nextHealth(health, { kind: "worked", timed: true }, 2000).state).toBe("healthy");
    expect(nextHealth(health, slow, 601_000)).toMatchObject({ state: "suspect", since: 601_000 });
    // What failed once is suspect for that, and a second failure in a row counts as ever.
    expect(after(failed, slow, failed).health.state).toBe("cooling");
    expect(after(slow, failed).health.state).toBe("suspect");
  });

  test("is well again when it works", () => {
    const { health, now } = after(down, down, { kind: "worked" });
    expect(health).toMatchObject({ state: "healthy", failures: 0, coolings: 0 });
    expect(restOf(health, now)).toBe(0);
    expect(health).not.toHaveProperty("reason");
  });

  test("is dead when it is not fit, and nothing changes that", () => {
    const { health, now } = after({ kind: "unfit", reason: "407" });
    expect(restOf(health, now)).toBe(Infinity);
    const observed: ProxyEvent = { kind: "observed", observed: { address: "203.0.113.7", at: 5 } };
    for (const event of [failed, { kind: "worked" } as const, observed])
      expect(nextHealth(health, event, now)).toBe(health);
  });

  test("is not well again because of what was under way when it began to rest", () => {
    const { health, now } = after(down);
    expect(nextHealth(health, { kind: "worked" }, now + 10)).toBe(health);
    const rested = now + 30_000;
    expect(nextHealth(health, { kind: "worked", from: now - 1 }, rested)).toBe(health);
    expect(nextHealth(health, { kind: "worked", from: rested }, rested)).toMatchObject({ state: "healthy" });
  });

  test("is not charged twice for what was under way when it broke", () => {
    const { health, now } = after(down);
    expect(nextHealth(health, down, now + 10)).toBe(health);
  });

  test("keeps where it was seen to come out", () => {
    const observed = { address: "203.0.113.7", country: "DE", at: 5 };
    expect(after({ kind: "observed", observed }, failed, { kind: "worked" }).health.observed).toEqual(observed);
  });

  test("never rests longer than it was meant to, however the clock is set", () => {
    assert(
      property(integer({ min: -1e9, max: 1e9 }), (jump) => {
        const { health, now } = after(down);
        const rest = restOf(health, now + jump);
        expect(rest).toBeGreaterThanOrEqual(0);
        expect(rest).toBeLessThanOrEqual(30_000);
      }),
    );
  });

  test("changes nothing when a healthy one works", () => {
    expect(nextHealth(FRESH_PROXY, { kind: "worked" }, 9)).toBe(FRESH_PROXY);
  });
});
