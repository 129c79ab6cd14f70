import type { HumanBehaviorOptions, HumanInput, Json } from "@bentham/core";
import { SimulatedClock } from "@bentham/testbed";
import { expect, test } from "vitest";
import {
  completeHumanBehavior,
  createHumanInput,
  personaOf,
  type Plan,
  type PlayedAction,
  planTyping,
  strayPrefixesOf,
  type TimedEvent,
} from "../src/index.ts";
import { innerPart, isInside } from "../src/pointer/point.ts";
import { aPersona } from "./support/behaviors.ts";
import { type RecordingPage, recordingPage, targetAt } from "./support/recording-page.ts";

const BUTTON = { x: 600, y: 400, width: 120, height: 40 };
const ELSEWHERE = { x: 100, y: 700, width: 120, height: 40 };

interface Stage {
  readonly clock: SimulatedClock;
  readonly page: RecordingPage;
  readonly input: HumanInput;
  readonly ending: AbortController;
}

function aStage(behavior: HumanBehaviorOptions | false = {}, page?: (page: RecordingPage) => void): Stage {
  const clock = new SimulatedClock();
  const recording = recordingPage(clock);
  page?.(recording);
  const ending = new AbortController();
  const input = createHumanInput({ page: recording, behavior, seed: "s", clock, signal: ending.signal });
  return { clock, page: recording, input, ending };
}

/** Lets time go by until the action is over. */
async function done({ clock }: Pick<Stage, "clock">, action: Promise<void>): Promise<void> {
  const outcome = Promise.allSettled([action]);
  await clock.runUntilIdle();
  await outcome;
  await action;
}

function planned(text: string): Plan {
  return planTyping(text, aPersona({}, "s"), "s/0");
}

function callOf(step: TimedEvent): string {
  if (step.kind === "keyDown" || step.kind === "keyUp") return `${step.kind} ${step.key}`;
  return step.kind === "insertText" ? `insertText ${step.text}` : step.kind;
}

/** Milliseconds from each to the next. */
function gaps(times: readonly { readonly atMs: number }[]): number[] {
  return times.slice(1).map(({ atMs }, index) => atMs - (times[index]?.atMs ?? 0));
}

test("does what the plan says, when it says", async () => {
  const stage = aStage();
  await done(stage, stage.input.type("Hello, 你好\nworld"));
  const { events } = planned("Hello, 你好\nworld");
  expect(stage.page.calls).toEqual(events.map((step) => ({ atMs: step.atMs, call: callOf(step) })));
});

test("puts off the rest when the page is slow, and makes up for nothing by haste", async () => {
  const stage = aStage({}, (page) => {
    page.delayMs = (call) => (call === "keyDown H" ? 5000 : 0);
  });
  await done(stage, stage.input.type("Hello"));
  const { events } = planned("Hello");
  const slow = events.findIndex((step) => callOf(step) === "keyDown H");
  expect(gaps(stage.page.calls.slice(slow + 1))).toEqual(gaps(events.slice(slow + 1)));
  const [first, second] = stage.page.calls.slice(slow);
  expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBe(5000);
});

test("sends moves while others are on their way, but no more than four, and none is when the button goes down", async () => {
  let [moving, most, atDown] = [0, 0, -1];
  const stage = aStage();
  const { mouse } = stage.page;
  const page = {
    ...stage.page,
    mouse: {
      ...mouse,
      async move(x: number, y: number) {
        most = Math.max(most, ++moving);
        await mouse.move(x, y);
        await stage.clock.sleep(100);
        moving--;
      },
      down() {
        atDown = moving;
        return mouse.down();
      },
    },
  };
  const input = createHumanInput({ page, seed: "s", clock: stage.clock, signal: stage.ending.signal });
  await done(stage, input.click(targetAt(BUTTON)));
  expect([most, atDown]).toEqual([4, 0]);
});

test("clicks inside the element, and starts the next way from there", async () => {
  const stage = aStage();
  await done(stage, stage.input.click(targetAt(BUTTON)));
  const before = stage.page.calls.length;
  expect(pressIn(stage.page, BUTTON)).toBe(true);
  await done(stage, stage.input.click(targetAt(ELSEWHERE)));
  const [, x = 0, y = 0] = stage.page.calls[before]?.call.split(" ").map(Number) ?? [];
  expect(isInside({ x, y }, { x: 550, y: 350, width: 220, height: 140 })).toBe(true);
  expect(pressIn(stage.page, ELSEWHERE)).toBe(true);
});

test("stays where it is to click on what is under the pointer already", async () => {
  const stage = aStage();
  await done(stage, stage.input.click(targetAt(BUTTON)));
  const before = stage.page.calls.length;
  await done(stage, stage.input.click(targetAt(BUTTON)));
  expect(stage.page.calls.slice(before).map(({ call }) => call)).toEqual(["down", "up"]);
});

test("follows an element that has moved while the pointer was on its way", async () => {
  const stage = aStage();
  await done(stage, stage.input.click(targetAt(BUTTON, ELSEWHERE)));
  expect(pressIn(stage.page, ELSEWHERE)).toBe(true);
  expect(stage.input.record()).toMatchObject({ actions: [{ action: "click" }, { action: "click" }] });
});

test("never presses on an element that does not stand still", async () => {
  const stage = aStage();
  const boxes = Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? BUTTON : ELSEWHERE));
  const clicking = done(stage, stage.input.click(targetAt(...boxes)));
  await expect(clicking).rejects.toMatchObject({ code: "UI_OBSTRUCTED" });
  expect(stage.page.calls.some(({ call }) => call === "down")).toBe(false);
});

test.each([
  ["has no box", null],
  ["has no width", { ...BUTTON, width: 0 }],
  ["is out of sight", { ...BUTTON, y: 2000 }],
])("refuses to click on an element that %s", async (_, box) => {
  const stage = aStage({}, (page) => {
    page.viewportSize = () => ({ width: 1280, height: 720 });
  });
  await expect(stage.input.click(targetAt(box))).rejects.toMatchObject({ code: "UI_OBSTRUCTED" });
});

test("clicks on the part of an element that is in sight", async () => {
  const stage = aStage({}, (page) => {
    page.viewportSize = () => ({ width: 1280, height: 720 });
  });
  await done(stage, stage.input.click(targetAt({ x: -50, y: 100, width: 400, height: 9000 })));
  expect(pressIn(stage.page, { x: 0, y: 100, width: 350, height: 620 })).toBe(true);
});

test("ends at once when the attempt does, with its reason", async () => {
  const stage = aStage();
  const typing = stage.input.type("some longer text");
  await stage.clock.advance(700);
  const abortedAt = stage.clock.monotonic();
  stage.ending.abort(new Error("enough"));
  await expect(typing).rejects.toThrow("enough");
  expect(stage.clock.monotonic()).toBe(abortedAt);
  const calls = stage.page.calls.length;
  await stage.clock.advance(60_000);
  expect(stage.page.calls).toHaveLength(calls);
  expect(stage.clock.sleepers).toBe(0);
  await expect(stage.input.pause("reading")).rejects.toThrow("enough");
  expect(stage.input.record()).toMatchObject({ actions: [{ action: "type" }] });
});

test.each(["keyDown", "move"])("is not held by a page that hangs at a %s", async (kind) => {
  const stage = aStage({}, (page) => {
    page.delayMs = (call) => (call.startsWith(kind) ? Infinity : 0);
  });
  const action = kind === "move" ? stage.input.click(targetAt(BUTTON)) : stage.input.type("text");
  await expect(done(stage, action)).rejects.toMatchObject({ code: "TIMEOUT" });
  expect(stage.clock.monotonic()).toBeLessThan(15_000);
});

test("a move that failed, or hung, is nothing to what is done next", async () => {
  const stage = aStage();
  const { mouse } = stage.page;
  let moves = 0;
  const move = (x: number, y: number): Promise<void> => {
    moves++;
    if (moves === 1) return new Promise(() => undefined);
    return moves === 2 ? Promise.reject(new Error("no mouse")) : mouse.move(x, y);
  };
  const page = { ...stage.page, mouse: { ...mouse, move } };
  const input = createHumanInput({ page, seed: "s", clock: stage.clock, signal: stage.ending.signal });
  await expect(done(stage, input.click(targetAt(BUTTON)))).rejects.toThrow("no mouse");
  await done(stage, input.click(targetAt(BUTTON)));
  expect(pressIn(stage.page, BUTTON)).toBe(true);
});

test("tells of a move that the page refused", async () => {
  const stage = aStage();
  const refused = { ...stage.page.mouse, move: () => Promise.reject(new Error("no mouse")) };
  const page = { ...stage.page, mouse: refused };
  const input = createHumanInput({ page, seed: "s", clock: stage.clock, signal: stage.ending.signal });
  await expect(done(stage, input.click(targetAt(BUTTON)))).rejects.toThrow("no mouse");
});

test("imitates nobody when it is told to", async () => {
  const stage = aStage(false);
  await stage.input.click(targetAt(BUTTON));
  await stage.input.type("one\r\ntwo");
  await stage.input.pause("reading");
  await stage.input.press("Enter");
  expect(stage.page.calls.map(({ call }) => call)).toEqual([
    "move 660 420",
    "down",
    "up",
    "insertText one",
    "keyDown Shift",
    "keyDown Enter",
    "keyUp Enter",
    "keyUp Shift",
    "insertText two",
    "keyDown Enter",
    "keyUp Enter",
  ]);
  expect(stage.clock.monotonic()).toBe(0);
});

test("pastes what is longer than it may type", async () => {
  const { page, clock, ending } = aStage();
  const options = { page, seed: "s", clock, signal: ending.signal };
  await createHumanInput({ ...options, longestTyped: 3 }).type("text");
  expect(page.calls.map(({ call }) => call)).toEqual(["insertText text"]);
  for (const longestTyped of [-1, Number.NaN, "5"]) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as a program without types would call it
    const create = (): unknown => createHumanInput({ ...options, longestTyped: longestTyped as number });
    expect(create).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
  }
});

test.each([
  ["Entr", 'there is no key "Entr": did you mean "Enter"?'],
  ["Control+Enter", /^there is no key "Control\+Enter": a key is one character of the keyboard, or one of Enter/],
  ["ß", /^there is no key "ß"/],
])("refuses to press %s, before anything is pressed", async (key, message) => {
  const stage = aStage(false);
  await expect(stage.input.press(key)).rejects.toThrow(message);
  await expect(stage.input.press(key)).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  expect(stage.page.calls).toEqual([]);
});

test("empties a field by selecting everything", async () => {
  const stage = aStage(false);
  await stage.input.clear();
  const calls = stage.page.calls.map(({ call }) => call);
  const modifier = process.platform === "darwin" ? "Meta" : "Control";
  expect(calls.slice(0, 2)).toEqual([`keyDown ${modifier}`, "keyDown a"]);
  expect(calls.slice(-2)).toEqual(["keyDown Backspace", "keyUp Backspace"]);
});

test("does the same in a quarter of the time when it is to be brisk", async () => {
  const [human, brisk] = [await callsOf({}), await callsOf({ speed: "brisk" })];
  expect(brisk.map(({ call }) => call)).toEqual(human.map(({ call }) => call));
  for (const [index, { atMs }] of brisk.entries())
    expect(Math.abs(atMs - (human[index]?.atMs ?? 0) / 4)).toBeLessThan(1);
});

test("imitates nobody at the speed off", async () => {
  const stage = aStage({ speed: "off" });
  await stage.input.type("some text");
  expect(stage.page.calls).toEqual([{ atMs: 0, call: "insertText some text" }]);
});

test("tells of no more than 60 places of the pointer a second, and always of the last one", async () => {
  for (let seed = 0; seed < 40; seed++) {
    const stage = aStage();
    const { page, clock, ending } = stage;
    const behavior = { speed: "brisk" } as const;
    const input = createHumanInput({ page, behavior, seed: `${seed}`, clock, signal: ending.signal });
    await done(stage, input.click(targetAt(BUTTON)));
    const [first, ...moves] = page.calls.filter(({ call }) => call.startsWith("move")).slice(0, -1);
    for (const [index, { atMs }] of moves.entries()) {
      // Plans are of whole milliseconds.
      expect(atMs - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(((index + 1) * 1000) / 60 - 1);
    }
    expect(pressIn(page, BUTTON)).toBe(true);
  }
});

test("the same person sits at a session, whatever the job, and another one at another session", async () => {
  const jobs = Array.from({ length: 12 }, (_, job) => `job-${job}`);
  const times = async (session: string) => Promise.all(jobs.map((job) => timeOfTyping(job, session)));
  const means = (await Promise.all(["session-1", "session-2", "session-3"].map(times))).map(
    (own) => own.reduce((sum, time) => sum + time, 0) / own.length,
  );
  // People of 40 to 80 words a minute differ by more than one person does from text to text.
  expect(Math.max(...means) / Math.min(...means)).toBeGreaterThan(1.1);
  expect(personaOf(completeHumanBehavior(), "session-1")).toEqual(personaOf(completeHumanBehavior(), "session-1"));
});

test("lets go of what is down when it is interrupted", async () => {
  const stage = aStage();
  const typing = stage.input.type("SCREAMING");
  await stage.clock.advance(1500);
  stage.ending.abort(new Error("enough"));
  await expect(typing).rejects.toThrow("enough");
  const down = new Set<string>();
  for (const { call } of stage.page.calls) {
    const [kind, key = ""] = call.split(" ");
    if (kind === "keyDown") down.add(key);
    if (kind === "keyUp") down.delete(key);
  }
  expect([...down]).toEqual([]);
  expect(stage.page.calls.at(-1)?.call).toBe("keyUp Shift");
});

test("lets go of the button, too", async () => {
  const stage = aStage({ mouse: { clickDelay: [1000, 1000] } });
  const clicking = stage.input.click(targetAt(BUTTON));
  while (stage.page.calls.at(-1)?.call !== "down") await stage.clock.advance(50);
  stage.ending.abort(new Error("enough"));
  await expect(clicking).rejects.toThrow("enough");
  expect(stage.page.calls.at(-1)?.call).toBe("up");
});

test("mends an editor that does not hold the text, and says when it cannot", async () => {
  const [write, mend] = ["insertText text", "keyDown Backspace"];
  expect(await writing(true)).toEqual(["typed", [write]]);
  expect(await writing(false, true)).toEqual(["mended", [write, mend, write]]);
  expect(await writing(false, false, true)).toEqual(["mended", [write, mend, write, mend, write]]);
  const [failure] = await writing(false, false, false);
  expect(failure).toMatchObject({ code: "SURFACE_CHANGED" });
});

test("tells of each plan how late its events were and how long it took", async () => {
  const { page, clock, ending } = aStage();
  page.delayMs = (call) => (call === "keyDown e" ? 300 : 0);
  const played: PlayedAction[] = [];
  const { signal } = ending;
  const input = createHumanInput({ page, seed: "s", clock, signal, onPlayed: (action) => played.push(action) });
  await done({ clock }, input.type("text"));
  const { events, durationMs } = planned("text");
  expect(played).toMatchObject([{ action: "type", plannedMs: durationMs }]);
  expect(played[0]?.lateMs).toHaveLength(events.length);
  const stretched = played[0]?.lateMs.reduce((sum, late) => sum + late, 0) ?? 0;
  expect(stretched).toBeGreaterThan(100);
  expect(played[0]?.tookMs).toBe(durationMs + stretched);
  expect(input.record()).toMatchObject({ actions: [{ durationMs, tookMs: durationMs + stretched }] });
});

test("records what was done, and not what was typed", async () => {
  const stage = aStage();
  await done(stage, stage.input.type("a question"));
  await done(stage, stage.input.pause("reading"));
  const { planHash, events, durationMs } = planned("a question");
  const typed = { action: "type", planHash, steps: events.length, played: events.length, durationMs, slipP95Ms: 0 };
  expect(stage.input.record()).toMatchObject({
    imitates: "people",
    seed: "s",
    actions: [typed, { action: "pause:reading" }],
  });
  expect(JSON.stringify(stage.input.record())).not.toContain("question");
});

test("records how much of a text was inserted, and how often a page saw what is no beginning of it", async () => {
  const behavior = { typing: { mistakeRate: 0.3 }, layout: "german" } as const;
  const text = "Größe in naïve words, and many more of them";
  const stage = aStage(behavior);
  await done(stage, stage.input.type(text));
  await done(stage, stage.input.type(text, { mistakes: false }));
  const [hasty, exact] = recordedActions(stage.input);
  expect(hasty).toMatchObject({ inserted: 1 });
  expect(exact).toMatchObject({ inserted: 1, strayPrefixes: 0 });
  // Whoever has the record can make the plan again, and list them.
  const plan = planTyping(text, personaOf(completeHumanBehavior(behavior), "s"), "s/0", { layout: "german" });
  expect(plan.planHash).toBe(hasty?.["planHash"]);
  expect(strayPrefixesOf(plan)).toHaveLength(Number(hasty?.["strayPrefixes"]));
  expect(strayPrefixesOf(plan).length).toBeGreaterThan(3);
  for (const prefix of strayPrefixesOf(plan)) expect(text.startsWith(prefix)).toBe(false);
});

function recordedActions(input: HumanInput): readonly { readonly [member: string]: Json | undefined }[] {
  const { actions }: { actions?: Json } = Object(input.record());
  if (!Array.isArray(actions)) throw new Error("a record has actions");
  return actions;
}

/** What comes of typing a greeting. */
async function callsOf(behavior: HumanBehaviorOptions): Promise<RecordingPage["calls"]> {
  const stage = aStage(behavior);
  await done(stage, stage.input.type("Hello, world"));
  return stage.page.calls;
}

/** How long somebody takes to type a text, in milliseconds. */
async function timeOfTyping(seed: string, personaSeed: string): Promise<number> {
  const { page, clock, ending } = aStage();
  const input = createHumanInput({ page, seed, personaSeed, clock, signal: ending.signal });
  await done({ clock }, input.type("How fast does somebody type who types this text?"));
  return page.calls.at(-1)?.atMs ?? 0;
}

/** What comes of writing into an editor that says one answer after the other when it is asked whether it holds the text. */
async function writing(...answers: boolean[]): Promise<readonly [unknown, string[]]> {
  const stage = aStage(false);
  const holds = async (): Promise<boolean> => answers.shift() ?? false;
  const outcome = await stage.input.write(targetAt(BUTTON), "text", { holds }).catch((error: unknown) => error);
  const calls = stage.page.calls.map(({ call }) => call).filter((call) => /insertText|keyDown Backspace/.test(call));
  return [outcome, calls];
}

/** Whether what was done last is a press and a release, inside the box. */
function pressIn({ calls }: RecordingPage, box: typeof BUTTON): boolean {
  const moves = calls.filter(({ call }) => call.startsWith("move"));
  const [, x = 0, y = 0] = moves.at(-1)?.call.split(" ").map(Number) ?? [];
  const [down, up] = calls.slice(-2);
  return isInside({ x, y }, innerPart(box)) && down?.call === "down" && up?.call === "up";
}
