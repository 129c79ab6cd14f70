import { SimulatedClock } from "@bentham/testbed";
import { expect, test } from "vitest";
import { DevTools } from "../src/dev-tools.ts";
import { createHumanInput, type DevToolsSession, type InputPage } from "../src/index.ts";
import { recordingPage } from "./support/recording-page.ts";

/** A page that counts the sessions that are opened with it; the first ones fail, as many as it is told. */
function aPage(failing = 0) {
  let opened = 0;
  const newCDPSession = async (): Promise<DevToolsSession> => {
    opened++;
    if (opened <= failing) throw new Error("no session");
    return { send: async () => undefined };
  };
  const context = () => ({ newPage: () => Promise.reject(new Error("no page")), newCDPSession });
  const page: InputPage = { ...recordingPage(new SimulatedClock()), context };
  return { page, opened: () => opened };
}

test("one session with a page serves every input of it", async () => {
  const { page, opened } = aPage();
  for (const seed of ["1", "2", "3"]) {
    const clock = new SimulatedClock();
    const { signal } = new AbortController();
    const input = createHumanInput({ page, behavior: { layout: "german" }, seed, clock, signal });
    const typing = input.type("ö");
    await clock.runUntilIdle();
    await typing;
  }
  expect(opened()).toBe(1);
});

test("a session that could not be opened is tried anew", async () => {
  const { page, opened } = aPage(1);
  await expect(DevTools.of(page)).rejects.toThrow("no session");
  await (await DevTools.of(page))?.emulateFocus(true);
  expect(opened()).toBe(2);
});
