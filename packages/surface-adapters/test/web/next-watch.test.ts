import { array, assert, boolean, constantFrom, nat, property, record } from "fast-check";
import { expect, test } from "vitest";
import { type Look, nextWatch, startWatch, type Watch } from "../../src/web/next-watch.ts";

const DONE = "[data-testid=copy]";

function look(at: number, text: string, part: Partial<Look["page"]> = {}, request: Look["request"] = "ended"): Look {
  return { at, page: { answers: 1, text, isBusy: false, done: DONE, ...part }, request };
}

function watchAfter(...looks: readonly Look[]): Watch {
  return looks.reduce((watch, each) => nextWatch(watch, each, 0), startWatch(0));
}

test("an answer is complete once everything has said so for long enough", () => {
  const looks = [look(250, "Because"), look(500, "Because of it."), look(1_000, "Because of it.")];
  expect(watchAfter(...looks).state).toBe("settling");
  expect(watchAfter(...looks, look(2_000, "Because of it."))).toMatchObject({
    state: "complete",
    text: "Because of it.",
    changedAt: 500,
  });
});

test.each([
  ["without its done control", { done: null }, "ended"],
  ["while a stop button is there", { isBusy: true }, "ended"],
  ["while its stream runs", {}, "running"],
] as const)("an answer that stands still is not complete %s", (_, part, request) => {
  const watch = watchAfter(look(250, "Searching…", part, request), look(60_000, "Searching…", part, request));
  expect(watch.state).toBe("answering");
});

test("a late change begins the wait anew", () => {
  const watch = watchAfter(
    look(250, "One"),
    look(1_700, "One"),
    look(1_740, "One, edited"),
    look(1_990, "One, edited"),
  );
  expect(watch).toMatchObject({ state: "settling", changedAt: 1_740 });
});

test("an answer without a word is never complete", () => {
  expect(watchAfter(look(250, " \n"), look(90_000, " \n")).state).toBe("answering");
});

test("an answer that is gone from the page has vanished, and one that never came is waited for", () => {
  const none = { answers: 0, text: "" };
  expect(watchAfter(look(250, "", none)).state).toBe("waiting");
  expect(watchAfter(look(250, "Because"), look(500, "", none))).toMatchObject({ state: "vanished", text: "Because" });
});

test("answers that were there before the question are none to it", () => {
  expect(nextWatch(startWatch(0), look(9_000, "An old one"), 1).state).toBe("waiting");
});

test("nothing but a done control, in a still text, after the stream's end, makes an answer complete", () => {
  const looks = array(
    record({
      wait: nat(4_000),
      text: constantFrom("", "a", "ab"),
      isBusy: boolean(),
      done: constantFrom(DONE, null),
      request: constantFrom("unknown" as const, "running" as const, "ended" as const),
    }),
    { minLength: 1, maxLength: 12 },
  );
  assert(
    property(looks, (steps) => {
      let at = 0;
      let watch = startWatch(0);
      let before: Watch = watch;
      for (const { wait, request, ...page } of steps) {
        at += wait;
        before = watch;
        watch = nextWatch(watch, { at, page: { answers: 1, ...page }, request }, 0);
        if (watch.state !== "complete") continue;
        expect({ ...page, request }).toMatchObject({ isBusy: false, done: DONE });
        expect(request).not.toBe("running");
        expect(page.text).toBe(before.text);
        expect(at - watch.changedAt).toBeGreaterThanOrEqual(1_500);
      }
    }),
  );
});
