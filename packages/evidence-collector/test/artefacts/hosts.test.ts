import { expect, test } from "vitest";
import { clockAhead } from "../../src/artefacts/hosts.ts";
import type { Exchange, Header } from "../../src/exchange/exchange.ts";

/** An answer whose server wrote a date, asked and received at these milliseconds after noon. */
function dated(sentAt: number, receivedAt: number, seconds: number, more: readonly Header[] = []): Exchange {
  const noon = Date.parse("2026-11-23T12:00:00Z");
  const date = new Date(noon + seconds * 1000).toUTCString();
  return {
    request: { method: "GET", url: "http://host/", headers: [] },
    response: { status: 200, statusText: "", headers: [["Date", date], ...more], body: { length: 0 } },
    startedAt: new Date(noon + sentAt),
    waitMs: receivedAt - sentAt,
    receiveMs: 0,
    ending: "complete",
  };
}

test("a date bounds how far a clock is ahead", () => {
  expect(clockAhead([dated(100, 300, 0)])).toEqual({ least: -300, most: 900 });
  expect(clockAhead([dated(100, 300, 60)])).toEqual({ least: 59_700, most: 60_900 });
});

test("several dates bound it closer", () => {
  expect(clockAhead([dated(100, 300, 0), dated(900, 950, 1)])).toEqual({ least: 50, most: 900 });
});

test.each([
  ["no date", []],
  ["an answer out of a cache", [dated(0, 100, -500, [["age", "500"]])]],
  ["dates that contradict each other", [dated(0, 100, 0), dated(200, 300, 60)]],
])("%s tells nothing", (_, exchanges) => {
  expect(clockAhead(exchanges)).toBeUndefined();
});
