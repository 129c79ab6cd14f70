import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type Placed, WaitingLine } from "../../src/worker/waiting-line.ts";

test("keeps its items in the order in which they came, whoever leaves", () => {
  const steps = fc.array(fc.option(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })), { maxLength: 200 });
  fc.assert(
    fc.property(steps, (leaving) => {
      const line = new WaitingLine<Placed>();
      const expected: Placed[] = [];
      for (const share of leaving) {
        if (share === null) {
          const item = { place: 0 };
          line.add(item);
          expected.push(item);
        } else {
          for (const item of expected.splice(Math.floor(share * expected.length), 1)) line.delete(item);
        }
        expect(line.size).toBe(expected.length);
      }
      expect([...line].every((item, index) => item === expected[index])).toBe(true);
    }),
  );
});

test("moves up when thousands have left, and lets those that came back stand at its end", () => {
  const line = new WaitingLine<Placed & { readonly name: number }>();
  const items = Array.from({ length: 5000 }, (_, name) => ({ name, place: 0 }));
  for (const item of items) line.add(item);
  for (const item of items.slice(0, 4000)) line.delete(item);
  const [first = { name: 0, place: 0 }] = items;
  line.add(first);
  line.delete(first);
  line.add(first);
  expect([...line].map(({ name }) => name)).toEqual([...items.slice(4000).map(({ name }) => name), 0]);
});

test("does not let go of an item twice", () => {
  const line = new WaitingLine<Placed>();
  const [one, other] = [{ place: 0 }, { place: 0 }];
  line.add(one);
  line.add(other);
  line.delete(one);
  line.delete(one);
  expect(line.size).toBe(1);
  expect([...line]).toEqual([other]);
});
