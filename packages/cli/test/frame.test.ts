import type { Ledger } from "@bentham/core";
import { expect, test } from "vitest";
import { duration, frame, progressLine } from "../src/progress/frame.ts";

const ledger: Ledger = {
  planned: 48,
  answered: 20,
  failed: 2,
  blocked: 0,
  cancelled: 0,
  skipped: 0,
  parked: 2,
  pending: 24,
};
const done: Ledger = { ...ledger, planned: 24, answered: 24, failed: 0, parked: 0, pending: 0 };

const progress = {
  runId: "brand-check-1",
  ledger,
  lanes: [
    { lane: "openai-api@openai", ledger: done, running: 0 },
    { lane: "my-llm", ledger, running: 4, waiting: { forMs: 11_500, reason: "rate limit" } },
  ],
  perSecond: 2,
};

test("draws the totals, and a line per lane", () => {
  expect(frame(progress, 100)).toEqual([
    "brand-check-1  ###########.............  22/48  2.0/s  eta 0:12  failed 2  parked 2",
    "  openai-api@openai  24/24  done",
    "  my-llm             22/48  running 4  waits 0:12: rate limit  failed 2  parked 2",
  ]);
});

test("draws no line longer than the terminal is wide", () => {
  expect(frame(progress, 30).every((line) => line.length <= 30)).toBe(true);
});

test("lets no surface draw on the terminal", () => {
  const waiting = { forMs: 1000, reason: "\u001b[2J\u001b]52;c;ZXZpbA==\u0007 slow down" };
  const lines = frame({ ...progress, lanes: [{ lane: "llm", ledger, running: 0, waiting }] }, 200);
  expect(lines.join("")).not.toMatch(/\p{Cc}/u);
});

test("tells in one line where a run stands", () => {
  expect(progressLine({ ...progress, perSecond: 0 })).toBe("brand-check-1  22/48  eta -  failed 2  parked 2");
});

test.each([
  [0, "0:00"],
  [6100, "0:07"],
  [750_000, "12:30"],
  [11_100_000, "3:05:00"],
  [Infinity, "for ever"],
])("reads %d ms as %s", (ms, text) => {
  expect(duration(ms)).toBe(text);
});
