import { expect, test } from "vitest";
import { table } from "../benchmark.ts";

test("a table's first column stands left, its figures right", () => {
  const rows = [
    ["bare loop", "0.01"],
    ["queue", "12.50"],
  ];
  expect(table(["", "CPU ms"], rows).split("\n")).toEqual([
    "           CPU ms",
    "bare loop    0.01",
    "queue       12.50",
  ]);
});
