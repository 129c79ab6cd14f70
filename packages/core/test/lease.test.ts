import { type Lease, type LeaseEnding, leaseOf, systemClock } from "@bentham/core";
import { afterEach, describe, expect, test, vi } from "vitest";

afterEach(() => vi.useRealTimers());

describe("leaseOf", () => {
  test("adds a lease to the value it was made of", () => {
    const value = { pool: "team" };
    const lease = leaseOf("credential-1", value, () => {});
    expect(lease).toBe(value);
    expect(lease).toMatchObject({ pool: "team", id: "credential-1" });
  });

  test("gives back once, however often it is released; the first ending counts", async () => {
    const endings: (LeaseEnding | undefined)[] = [];
    const lease = leaseOf("proxy-1", {}, (ending) => void endings.push(ending));
    await Promise.all([lease.release({ outcome: "failed", code: "PROXY_FAILED" }), lease.release()]);
    await lease.release({ outcome: "answered" });
    await lease[Symbol.asyncDispose]();
    expect(endings).toEqual([{ outcome: "failed", code: "PROXY_FAILED" }]);
  });

  test("lets every release wait until it is given back", async () => {
    const closed = Promise.withResolvers<void>();
    const lease = leaseOf("session-1", {}, () => closed.promise);
    const order: string[] = [];
    const releases = [lease.release(), lease.release()].map((release) => release.then(() => order.push("released")));
    await Promise.resolve();
    order.push("closed");
    closed.resolve();
    await Promise.all(releases);
    expect(order).toEqual(["closed", "released", "released"]);
  });

  test("is given back at the end of a block, also one that throws", async () => {
    const endings: (LeaseEnding | undefined)[] = [];
    const use = async (): Promise<void> => {
      await using lease = leaseOf("session-1", {}, (ending) => void endings.push(ending));
      throw new Error(`${lease.id} is broken`);
    };
    await expect(use()).rejects.toThrow("session-1 is broken");
    expect(endings).toEqual([undefined]);
  });

  test("keeps the ending it was released with when its block ends after that", async () => {
    const endings: (LeaseEnding | undefined)[] = [];
    {
      await using lease = leaseOf("session-1", {}, (ending) => void endings.push(ending));
      await lease.release({ outcome: "answered" });
    }
    expect(endings).toEqual([{ outcome: "answered" }]);
  });

  test.each([
    ["throws", (): void => raise(new Error("disk full"))],
    ["rejects", async (): Promise<void> => raise(new Error("disk full"))],
  ])("tells every release of a giver that %s, and does not try again", async (_how, fail) => {
    let times = 0;
    const lease = leaseOf("session-1", {}, () => {
      times += 1;
      return fail();
    });
    await expect(lease.release()).rejects.toThrow("disk full");
    await expect(lease.release()).rejects.toThrow("disk full");
    expect(times).toBe(1);
  });

  test("is taken back from who has not given it back in time, and from nobody else", async () => {
    vi.useFakeTimers();
    const endings: string[] = [];
    const lend = (owner: string, neededFor?: number): Lease => {
      const giveBack = (ending?: LeaseEnding): void => void endings.push(`${owner} ${ending?.code ?? ending?.outcome}`);
      return leaseOf("session-1", {}, giveBack, { owner, neededFor, clock: systemClock });
    };
    const [forgotten, returned, endless] = [lend("forgotten", 1000), lend("returned", 1000), lend("endless")];
    expect(forgotten.owner).toBe("forgotten");
    await returned.release({ outcome: "answered" });
    await vi.advanceTimersByTimeAsync(999);
    expect(endings).toEqual(["returned answered"]);
    await vi.advanceTimersByTimeAsync(1);
    expect(endings).toEqual(["returned answered", "forgotten LEASE_LOST"]);
    await forgotten.release({ outcome: "answered" });
    expect(vi.getTimerCount()).toBe(0);
    await endless.release({ outcome: "answered" });
    expect(endings).toEqual(["returned answered", "forgotten LEASE_LOST", "endless answered"]);
  });

  test("can be released by what is told of its end", async () => {
    let times = 0;
    const lease = leaseOf("session-1", {}, () => {
      times += 1;
      void lease.release();
    });
    await lease.release();
    expect(times).toBe(1);
  });
});

function raise(error: Error): never {
  throw error;
}
