import { createMemoryState, type Job } from "@bentham/core";
import { createProxyManager } from "@bentham/proxy-manager";
import {
  createAuthority,
  type ProxyBehaviour,
  SimulatedClock,
  startLlmServer,
  startProxy,
  type TestProxy,
} from "@bentham/testbed";
import { expect, test } from "vitest";
import { directJob } from "./direct-job.ts";

const MINUTE = 60_000;

/** How long the slow one takes for the first byte, in milliseconds of the simulated clock. */
const DELAY = 5_000;

/** Proxies and a manager on simulated clocks, and the ways that jobs went by. */
class Desk implements AsyncDisposable {
  readonly clock = new SimulatedClock();
  /** Of the proxies: whoever sleeps on it is slow just now. */
  readonly #proxyClock = new SimulatedClock();
  readonly #made = new AsyncDisposableStack();
  readonly #proxies: TestProxy[] = [];
  #manager: ReturnType<typeof createProxyManager> | undefined;
  #url = "";
  #surfaces = 0;

  static async open(scheme: "http" | "https", proxies: number): Promise<Desk> {
    const desk = new Desk();
    const { clock } = desk;
    const authority = await createAuthority();
    const tls = scheme === "https" ? { tls: await authority.issue() } : {};
    desk.#url = desk.#made.use(await startLlmServer(tls)).url;
    for (let count = 0; count < proxies; count++)
      desk.#proxies.push(desk.#made.use(await startProxy({ clock: desk.#proxyClock })));
    desk.#manager = desk.#made.use(
      createProxyManager({
        allowPrivate: true,
        authorities: [authority.certificate],
        locations: { far: { proxies: desk.#proxies.map(({ url }) => ({ server: url })) } },
        state: createMemoryState(clock),
        clock,
      }),
    );
    return desk;
  }

  async behave(number: number, behaviour: ProxyBehaviour): Promise<void> {
    await this.#proxies[number - 1]?.behave(behaviour);
  }

  /** One job of a surface that has asked nothing yet, and so makes a connection of its own; gives its proxy. */
  async ask(): Promise<string | undefined> {
    const job: Job = { ...directJob, locationId: "far", surfaceId: `llm-${++this.#surfaces}` };
    await using lease = await this.#manager?.acquire({ job });
    const asked = lease?.fetch?.(`${this.#url}/v1/models`);
    const over = new AbortController();
    void asked?.finally(() => over.abort());
    while (!over.signal.aborted) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#proxyClock.sleepers === 0) continue;
      await this.clock.advance(DELAY);
      await this.#proxyClock.advance(DELAY);
    }
    await asked;
    await lease?.release({ outcome: "answered" });
    return lease?.id;
  }

  async askTimes(times: number): Promise<(string | undefined)[]> {
    const ways: (string | undefined)[] = [];
    for (let time = 0; time < times; time++) ways.push(await this.ask());
    return ways;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#made.disposeAsync();
  }
}

test.each(["http", "https"] as const)(
  "over %s, a proxy that is merely slow is passed over for the others, and tried again after ten minutes",
  async (scheme) => {
    await using desk = await Desk.open(scheme, 2);
    expect(await desk.askTimes(6)).toEqual(["far/1", "far/2", "far/1", "far/2", "far/1", "far/2"]);
    await desk.behave(1, { delayMs: DELAY });
    expect(await desk.ask()).toBe("far/1");
    expect(await desk.askTimes(4)).toEqual(["far/2", "far/2", "far/2", "far/2"]);
    await desk.clock.advance(10 * MINUTE);
    expect(await desk.ask()).toBe("far/1");
    expect(await desk.ask()).toBe("far/2"); // It was slow still.
    await desk.behave(1, "ok");
    await desk.clock.advance(10 * MINUTE);
    expect(await desk.askTimes(3)).toEqual(["far/1", "far/1", "far/1"]);
  },
);

test("one that is slow is used where there is no other, however slow it is", async () => {
  await using desk = await Desk.open("http", 1);
  await desk.askTimes(6);
  await desk.behave(1, { delayMs: DELAY });
  expect(await desk.askTimes(10)).toEqual(Array.from({ length: 10 }, () => "far/1"));
});
