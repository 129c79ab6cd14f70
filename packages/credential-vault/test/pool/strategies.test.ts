import { seededRandom } from "@bentham/core";
import { createCredentialVault } from "@bentham/credential-vault";
import { expect, test } from "vitest";
import { apiKey, ENDINGS, PoolDesk } from "../support/pool-desk.ts";

function counted(ids: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(ids, (id) => id)].map(([id, of]) => [id, of.length]));
}

test("round robin gives each its turn, also over processes that share the state", async () => {
  const desk = PoolDesk.of(["b", "a", "c"]);
  expect(await desk.uses(4)).toEqual(["a", "b", "c", "a"]);
  const other = desk.another();
  expect([await desk.use(ENDINGS.answered, other), await desk.use()]).toEqual(["b", "c"]);
});

test("round robin goes on in order when one rests, is taken away, or is added", async () => {
  const desk = PoolDesk.of(["a", "b", "c"]);
  expect(await desk.use({ ...ENDINGS.tooFast, retryAfterMs: 60_000 })).toBe("a");
  expect(await desk.uses(3)).toEqual(["b", "c", "b"]);
  desk.credentials = ["a", "c", "d"].map((id) => apiKey(id));
  expect(await desk.uses(3)).toEqual(["c", "d", "c"]);
});

test.each([
  ["random", [1, 1, 1], 134],
  ["weighted", [3, 1, 0], 100],
] as const)("%s draws from the chance it is given, and replays", async (strategy, shares, share) => {
  const draws = [1, 2].map(async () => {
    const desk = PoolDesk.of(["a", "b", "c"], { strategy, weights: { a: 3, b: 1, c: 0 } }, seededRandom("7"));
    return desk.uses(400);
  });
  const [one = [], other = []] = await Promise.all(draws);
  expect(one).toEqual(other);
  const { a = 0, b = 0, c = 0 } = counted(one);
  expect([a, b, c].map((uses) => Math.round(uses / share))).toEqual(shares);
});

test("one without a share is used all the same when no other is ready", async () => {
  const desk = PoolDesk.of(["a", "b"], { strategy: "weighted", weights: { a: 1, b: 0 } });
  expect(await desk.use({ ...ENDINGS.tooFast, retryAfterMs: 60_000 })).toBe("a");
  expect(await desk.uses(2)).toEqual(["b", "b"]);
});

test("least used evens out the uses, and one that is added does not get every turn", async () => {
  const desk = PoolDesk.of(["a", "b"], { strategy: "least-used" });
  expect(counted(await desk.uses(10))).toEqual({ a: 5, b: 5 });
  desk.credentials = ["a", "b", "c"].map((id) => apiKey(id));
  expect(counted(await desk.uses(9))).toEqual({ a: 3, b: 3, c: 3 });
});

test("least errors prefers those that have met fewer, and among equals the less used", async () => {
  const desk = PoolDesk.of(["a", "b", "c"], { strategy: "least-errors" });
  expect(await desk.use(ENDINGS.tooFast)).toBe("a");
  expect(await desk.use(ENDINGS.tooFast)).toBe("b");
  expect(await desk.uses(2)).toEqual(["c", "c"]);
  expect(await desk.use(ENDINGS.tooFast)).toBe("c");
  expect(await desk.uses(3)).toEqual(["a", "b", "a"]);
});

test.each([
  [{ strategy: "fastest" }, /strategy is fastest, and must be one of round-robin/],
  [{ weights: { a: -1 } }, /weights\.a is -1, and must be a number from 0 up/],
  [{ cooling: { errors: 0 } }, /cooling\.errors is 0, and must be a number from 1 up/],
  [{ cooling: { window: Number.NaN } }, /cooling\.window is NaN/],
  [{ cooling: { longestRest: 0 } }, /cooling\.longestRest is 0/],
])("options that cannot be meant are refused when the vault is made: %j", (options, message) => {
  expect(() => createCredentialVault({ environment: {}, poolOptions: { team: Object(options) } })).toThrow(
    expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringMatching(message) }),
  );
});
