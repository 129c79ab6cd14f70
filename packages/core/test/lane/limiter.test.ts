import {
  FRESH_LANE,
  type LaneLimits,
  type LaneState,
  nextLaneState,
  paceOf,
  reserveAsk,
  seededRandom,
} from "@bentham/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { laneStep, playLane } from "./lane-model.ts";

const half = (): number => 0.5;
const limits: LaneLimits = { perMinute: 60 };
const steps = fc.array(laneStep, { maxLength: 300, size: "max" });
const perMinute = fc.integer({ min: 1, max: 2000 });

const tooFast = (lane: LaneState, now: number): LaneState =>
  nextLaneState(lane, "rate-limited", { perMinute: 600 }, now, half);

/** The lane after `count` questions, all wanted at `now`, and when they go out. */
function reserveMany(lane: LaneState, count: number, now: number): { lane: LaneState; at: number[] } {
  const at: number[] = [];
  for (let ask = 0; ask < count; ask++) {
    const reserved = reserveAsk(lane, limits, now);
    at.push(reserved.at);
    lane = reserved.lane;
  }
  return { lane, at };
}

describe("a lane's rate", () => {
  test("has no limit until there is a reason for one", () => {
    expect(reserveAsk(FRESH_LANE, {}, 5)).toEqual({ at: 5, reason: "rate", lane: FRESH_LANE });
    expect(nextLaneState(FRESH_LANE, "healthy", {}, 5, half)).toEqual(FRESH_LANE);
  });

  test("spaces questions evenly at the configured rate, without a burst", () => {
    expect(reserveMany(FRESH_LANE, 4, 1000).at).toEqual([1000, 2025, 3050, 4075]);
  });

  test("does not save up what was not used", () => {
    const { lane } = reserveMany(FRESH_LANE, 1, 0);
    expect(reserveMany(lane, 3, 60_000).at).toEqual([60_000, 61_025, 62_050]);
  });

  test("starts at 5 questions a second after the first 429 of a lane without a configured one", () => {
    const { limiter } = nextLaneState(FRESH_LANE, "rate-limited", {}, 1000, half);
    expect(limiter?.perSecond).toBe(5);
  });

  test("falls to 0.7 of itself at a 429, at most once a second", () => {
    const asked = reserveAsk(FRESH_LANE, { perMinute: 600 }, 0).lane;
    const once = tooFast(asked, 0);
    const configured = 600 / 61.5;
    expect(once.limiter?.perSecond).toBeCloseTo(configured * 0.7, 9);
    expect(tooFast(once, 999)).toEqual(once);
    expect(tooFast(once, 1000).limiter?.perSecond).toBeCloseTo(configured * 0.7 * 0.7, 9);
  });

  test("rises by half a question a second for each second of answers", () => {
    let lane = nextLaneState(FRESH_LANE, "rate-limited", {}, 0, half);
    for (let second = 1; second <= 4; second++) lane = nextLaneState(lane, "healthy", {}, second * 1000, half);
    expect(lane.limiter?.perSecond).toBeCloseTo(7, 9);
  });

  test("does not make up for silence: an answer after an hour is one second of answers", () => {
    const slow = nextLaneState(FRESH_LANE, "rate-limited", {}, 0, half);
    expect(nextLaneState(slow, "healthy", {}, 3_600_000, half).limiter?.perSecond).toBeCloseTo(5.5, 9);
  });

  test("follows a configured rate that becomes lower while the lane lives", () => {
    const { lane } = reserveMany(FRESH_LANE, 1, 0);
    const first = reserveAsk(lane, { perMinute: 6 }, 1000);
    expect(reserveAsk(first.lane, { perMinute: 6 }, 1000).at).toBe(11_275);
  });

  test("never lets more than perMinute + 1 questions into a minute, whatever happens", () => {
    fc.assert(
      fc.property(perMinute, steps, fc.string(), (most, script, seed) => {
        const moments = playLane(FRESH_LANE, { perMinute: most }, script, seededRandom(seed));
        const asks = moments.flatMap(({ askAt }) => askAt ?? []).toSorted((one, other) => one - other);
        for (const [index, from] of asks.entries()) {
          const inMinute = asks.slice(index).filter((at) => at < from + 60_000).length;
          expect(inMinute).toBeLessThanOrEqual(most + 1);
        }
      }),
    );
  });

  test("lets no more than perMinute + 1 into a minute when everybody asks at once", () => {
    fc.assert(
      fc.property(perMinute, fc.nat(100_000), (most, now) => {
        let lane = FRESH_LANE;
        let inMinute = 0;
        for (;;) {
          const reserved = reserveAsk(lane, { perMinute: most }, now);
          if (reserved.at >= now + 60_000) break;
          lane = reserved.lane;
          inMinute += 1;
        }
        expect(inMinute).toBeGreaterThanOrEqual(Math.floor(0.95 * most) + 1);
        expect(inMinute).toBeLessThanOrEqual(most + 1);
      }),
    );
  });

  test("lets a surface count no more than perMinute + 1 in a minute when questions come up to 1.5 s late", () => {
    const lateness = fc.infiniteStream(fc.integer({ min: 0, max: 1500 }));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), lateness, (most, late) => {
        let lane = FRESH_LANE;
        const arrivals: number[] = [];
        for (let ask = 0; ask < 3 * most; ask++) {
          const reserved = reserveAsk(lane, { perMinute: most }, 0);
          lane = reserved.lane;
          arrivals.push(reserved.at + (late.next().value ?? 0));
        }
        arrivals.sort((one, other) => one - other);
        for (const [index, from] of arrivals.entries()) {
          expect(arrivals[index + most + 1] ?? Infinity).toBeGreaterThanOrEqual(from + 60_000);
        }
      }),
    );
  });

  test("is never above the configured one, nor below one question in ten seconds where that is allowed", () => {
    fc.assert(
      fc.property(fc.option(perMinute, { nil: undefined }), steps, fc.string(), (most, script, seed) => {
        const limit = most === undefined ? Infinity : 1000 / paceOf(most);
        const laneLimits = most === undefined ? {} : { perMinute: most };
        for (const { after } of playLane(FRESH_LANE, laneLimits, script, seededRandom(seed))) {
          if (!after.limiter) continue;
          expect(after.limiter.perSecond).toBeLessThanOrEqual(limit);
          expect(after.limiter.perSecond).toBeGreaterThanOrEqual(Math.min(0.1, limit));
        }
      }),
    );
  });

  test("falls at most once a second, in every history", () => {
    fc.assert(
      fc.property(perMinute, steps, fc.string(), (most, script, seed) => {
        const moments = playLane(FRESH_LANE, { perMinute: most }, script, seededRandom(seed));
        const falls = moments.filter(
          ({ before, after }) => (after.limiter?.perSecond ?? 0) < (before.limiter?.perSecond ?? 0),
        );
        const gaps = falls.slice(1).map(({ now }, index) => now - (falls[index]?.now ?? 0));
        expect(gaps.filter((gap) => gap < 1000)).toEqual([]);
      }),
    );
  });
});

describe("what a lane remembers", () => {
  test("is plain JSON at every moment: a store can write it and read it back", () => {
    fc.assert(
      fc.property(fc.option(perMinute, { nil: undefined }), steps, fc.string(), (most, script, seed) => {
        const laneLimits = most === undefined ? {} : { perMinute: most };
        for (const { after } of playLane(FRESH_LANE, laneLimits, script, seededRandom(seed))) {
          expect(JSON.parse(JSON.stringify(after))).toStrictEqual(after);
        }
      }),
    );
  });

  test("is never changed in place", () => {
    fc.assert(
      fc.property(steps, fc.string(), (script, seed) => {
        // playLane freezes every state before the next step.
        expect(() => playLane(FRESH_LANE, { perMinute: 60 }, script, seededRandom(seed))).not.toThrow();
      }),
    );
  });
});
