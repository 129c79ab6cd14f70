import { SimulatedClock } from "@bentham/testbed";
import { expect, test } from "vitest";
import { FocusTaker } from "../src/focus-taker.ts";
import type { InputPage, OtherPage } from "../src/index.ts";
import { recordingPage } from "./support/recording-page.ts";

/** All that gives the focus back, in whatever order. */
const UNDONE = ["page to front", 'emulate {"enabled":true}', "other closed"];

/** A page that notes what is done about the focus, and opens another one when it is let. */
function aStage(failing = "") {
  const done: string[] = [];
  const opening = Promise.withResolvers<OtherPage>();
  const doing = async (what: string): Promise<void> => {
    done.push(what);
    if (what === failing) throw new Error(`${what} failed`);
  };
  const send = (_: string, parameters?: object): Promise<void> => doing(`emulate ${JSON.stringify(parameters)}`);
  const page: InputPage = {
    ...recordingPage(new SimulatedClock()),
    bringToFront: () => doing("page to front"),
    context: () => ({ newPage: () => opening.promise, newCDPSession: async () => ({ send }) }),
  };
  const open = (): void =>
    opening.resolve({ bringToFront: () => doing("other to front"), close: () => doing("other closed") });
  return { focus: new FocusTaker(page), open, done, opening };
}

test("gives the focus back and closes the other page, though that was still being opened", async () => {
  const { focus, open, done } = aStage();
  const taking = focus.take();
  const given = focus.giveBack();
  open();
  await Promise.all([taking, given]);
  expect(done.toSorted()).toEqual([...UNDONE, 'emulate {"enabled":false}'].toSorted());
  await focus.giveBack();
  expect(done).toHaveLength(4);
});

test.each(UNDONE)("undoes the rest when one step fails: %s", async (failing) => {
  const { focus, open, done } = aStage(failing);
  open();
  await focus.take();
  await expect(focus.giveBack()).rejects.toThrow(`${failing} failed`);
  expect(done.slice(2).toSorted()).toEqual(UNDONE.toSorted());
});

test("has the page believe in its focus again when no other page could be opened", async () => {
  const { focus, opening, done } = aStage();
  opening.reject(new Error("no page"));
  await expect(focus.take()).rejects.toThrow("no page");
  await focus.giveBack();
  expect(done).toEqual(['emulate {"enabled":false}', "page to front", 'emulate {"enabled":true}']);
});
