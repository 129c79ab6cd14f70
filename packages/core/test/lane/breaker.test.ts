import { FRESH_LANE, type LaneEvent, type LaneState, nextLaneState, reserveAsk, seededRandom } from "@bentham/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LaneMoment, laneStep, playLane } from "./lane-model.ts";

const half = (): number => 0.5;
const history = fc.array(laneStep, { maxLength: 300, size: "max" });
const after = (lane: LaneState, event: LaneEvent, now: number, random = half): LaneState =>
  nextLaneState(lane, event, {}, now, random);
const failed = (times: number, now: number, lane = FRESH_LANE): LaneState =>
  Array.from({ length: times }).reduce<LaneState>((state) => after(state, "unhealthy", now), lane);

/** The lane with its probe out, at the moment its breaker half opens. */
function probing(lane: LaneState): { lane: LaneState; now: number } {
  const now = lane.breaker.openUntil ?? 0;
  return { lane: reserveAsk(lane, {}, now).lane, now };
}

describe("a lane's breaker", () => {
  test("opens after 5 failures of the surface in a row, for 5 s", () => {
    expect(failed(4, 1000).breaker.openUntil).toBeUndefined();
    expect(failed(5, 1000).breaker.openUntil).toBe(6000);
  });

  test.each([0, 0.25, 0.999])("spreads its time by a fifth, so that workers do not probe in step (%d)", (chance) => {
    const lane = after(failed(4, 0), "unhealthy", 0, () => chance);
    expect(lane.breaker.openUntil).toBeCloseTo(5000 * (0.8 + 0.4 * chance), 6);
  });

  test("counts in a row: an answer starts it again", () => {
    const lane = after(failed(4, 0), "healthy", 0);
    expect(failed(4, 0, lane).breaker.openUntil).toBeUndefined();
  });

  test("does not count a 429, which says that the surface is there", () => {
    const lane = Array.from({ length: 20 }).reduce<LaneState>((state) => after(state, "rate-limited", 0), FRESH_LANE);
    expect(lane.breaker).toEqual(FRESH_LANE.breaker);
  });

  test("lets nothing out while it is open, and says until when", () => {
    const open = failed(5, 0);
    expect(reserveAsk(open, {}, 0)).toMatchObject({ at: 5000, reason: "breaker" });
    expect(reserveAsk(open, {}, 4999)).toMatchObject({ at: 5000, reason: "breaker" });
  });

  test("counts a question that was reserved shortly before its time as the probe", () => {
    const reserved = reserveAsk(failed(5, 0), {}, 4500);
    expect(reserved.at).toBe(5000);
    expect(reserveAsk(reserved.lane, {}, 4500).at).toBeGreaterThan(100_000);
    expect(reserveAsk(reserved.lane, {}, 5000).at).toBeGreaterThan(100_000);
    expect(after(reserved.lane, "unhealthy", 5000).breaker.openUntil).toBe(15_000);
  });

  test("keeps its probe to the lane's rate", () => {
    const limits = { perMinute: 6 };
    const asked = reserveAsk(FRESH_LANE, limits, 0).lane;
    expect(reserveAsk(failed(5, 0, asked), limits, 5000).at).toBe(10_250);
  });

  test("lets one probe out after that, and no second one beside it", () => {
    const probe = reserveAsk(failed(5, 0), {}, 5000);
    expect(probe.at).toBe(5000);
    const second = reserveAsk(probe.lane, {}, 5001);
    expect(second.reason).toBe("breaker");
    expect(second.at).toBeGreaterThan(5001);
  });

  test("takes a probe that never ended for none after two minutes", () => {
    const { lane, now } = probing(failed(5, 0));
    expect(reserveAsk(lane, {}, now + 119_999).at).toBe(now + 120_000);
    expect(reserveAsk(lane, {}, now + 120_000).at).toBe(now + 120_000);
  });

  test.each(["healthy", "rate-limited"] as const)("closes when its probe ends %s", (event) => {
    const { lane, now } = probing(failed(5, 0));
    const closed = after(lane, event, now + 50);
    expect(closed.breaker).toEqual(FRESH_LANE.breaker);
    expect(failed(4, now + 60, closed).breaker.openUntil).toBeUndefined();
  });

  test("opens for twice as long after each failed probe, up to a minute", () => {
    const lengths: number[] = [];
    let lane = failed(5, 0);
    let opened = 0;
    for (let opening = 0; opening < 8; opening++) {
      lengths.push((lane.breaker.openUntil ?? 0) - opened);
      const probe = probing(lane);
      opened = probe.now + 10;
      lane = after(probe.lane, "unhealthy", opened);
    }
    expect(lengths).toEqual([5000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000, 60_000]);
  });

  test("starts at 5 s again once it has been closed", () => {
    const twice = probing(failed(5, 0));
    const closed = after(after(twice.lane, "unhealthy", twice.now), "healthy", 100_000);
    expect(failed(5, 200_000, closed).breaker.openUntil).toBe(205_000);
  });

  test("does not open longer for questions that were under way when it opened", () => {
    const open = failed(5, 0);
    const stragglers = failed(20, 10, open);
    expect(stragglers.breaker.openUntil).toBe(open.breaker.openUntil);
  });

  test("stays finite after any number of openings", () => {
    const lane: LaneState = { breaker: { failures: 5000, openings: 5000, openUntil: 0, probedAt: 0 } };
    expect(after(lane, "unhealthy", 1000).breaker.openUntil).toBe(61_000);
  });

  test("opens for 4 to 72 s, in every history", () => {
    fc.assert(
      fc.property(history, fc.string(), (script, seed) => {
        const openings = playLane(FRESH_LANE, {}, script, seededRandom(seed)).flatMap(
          ({ now, before, after: state }) => {
            const { openUntil } = state.breaker;
            return openUntil === undefined || openUntil === before.breaker.openUntil ? [] : openUntil - now;
          },
        );
        expect(openings.filter((length) => length < 4000 || length > 72_000)).toEqual([]);
      }),
    );
  });

  test("lets out nothing before its time, and one probe at a time, in every history", () => {
    fc.assert(
      fc.property(history, fc.string(), (script, seed) => {
        const wrong: LaneMoment[] = [];
        let probeOut = -Infinity;
        for (const moment of playLane(FRESH_LANE, {}, script, seededRandom(seed))) {
          const { openUntil } = moment.before.breaker;
          if (moment.step.kind === "end") probeOut = -Infinity;
          if (openUntil === undefined || moment.askAt === undefined) continue;
          if (moment.askAt < openUntil || moment.now < probeOut + 120_000) wrong.push(moment);
          probeOut = moment.now;
        }
        expect(wrong).toEqual([]);
      }),
    );
  });

  test("costs a surface that is down for an hour fewer than 100 questions", () => {
    let lane: LaneState = FRESH_LANE;
    const random = seededRandom("outage");
    let asks = 0;
    for (let now = 0; now < 3_600_000; now += 500) {
      const reserved = reserveAsk(lane, {}, now);
      if (reserved.at > now) continue;
      asks += 1;
      lane = after(reserved.lane, "unhealthy", now + 200, random);
    }
    expect(asks).toBeGreaterThan(50);
    expect(asks).toBeLessThan(100);
  });
});
