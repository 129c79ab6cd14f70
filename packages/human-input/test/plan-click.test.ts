import { assert, double, integer, property, record } from "fast-check";
import { expect, test } from "vitest";
import { completeHumanBehavior, personaOf, planClick } from "@bentham/human-input";

const coordinate = integer({ min: 0, max: 1_200 });
const side = double({ min: 12, max: 400, noNaN: true });

test("ends inside of the box, presses there, and holds the button as long as it should", () => {
  assert(
    property(
      record({ x: coordinate, y: coordinate }),
      record({ x: coordinate, y: coordinate, width: side, height: side }),
      integer(),
      (from, box, seed) => {
        const persona = personaOf(completeHumanBehavior(), String(seed));
        const { steps } = planClick(from, box, persona, String(seed));
        const last = steps.findLast((step) => step.kind === "move");
        expect(last?.x).toBeGreaterThan(box.x);
        expect(last?.x).toBeLessThan(box.x + box.width);
        expect(last?.y).toBeGreaterThan(box.y);
        expect(last?.y).toBeLessThan(box.y + box.height);
        const [down, up] = steps.slice(-2);
        expect([down?.kind, up?.kind]).toEqual(["buttonDown", "buttonUp"]);
        const held = (up?.atMs ?? 0) - (down?.atMs ?? 0);
        expect(held).toBeGreaterThanOrEqual(49);
        expect(held).toBeLessThanOrEqual(201);
      },
    ),
  );
});

test("takes longer for a small thing that is far away", () => {
  const persona = personaOf(completeHumanBehavior(), "seed");
  const near = planClick({ x: 0, y: 0 }, { x: 10, y: 10, width: 100, height: 100 }, persona, "seed");
  const far = planClick({ x: 0, y: 0 }, { x: 1_000, y: 700, width: 12, height: 12 }, persona, "seed");
  expect(far.durationMs).toBeGreaterThan(near.durationMs);
});
