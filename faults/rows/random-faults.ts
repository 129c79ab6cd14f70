import type { Fault } from "../fault.ts";
import { expectThat } from "../support/check.ts";
import { runRandomFaults } from "../simulation/random-faults.ts";

export const fault: Fault = {
  id: "random-faults",
  title:
    "workers killed, stopped and ended, storms, outages, hangs, cancels, retries, pauses, budgets and deadlines, by chance, on a simulated clock",
  inEveryTest: true,
  isSimulated: true,
  expected:
    "whatever the seed: each cell ends once, each ask is counted, rates, slots, budget and onUncertain hold, nothing stays leased, and the run ends",
  async run(scale) {
    const seeds = scale === "full" ? 500 : 200;
    const sums = { faults: 0, asks: 0, answered: 0 };
    for (let seed = 1; seed <= seeds; seed++) {
      const { faults, asks, answered } = await runRandomFaults(`${seed}`);
      sums.faults += faults;
      sums.asks += asks;
      sums.answered += answered;
    }
    // Most cells are answered in spite of it all: runs that fail everything would keep every invariant.
    expectThat(sums.answered > (seeds * 50) / 2, `only ${sums.answered} of ${seeds * 50} cells answered`);
    return `${seeds} seeds, ${sums.faults} faults, ${sums.asks} asks, ${sums.answered} of ${seeds * 50} cells answered`;
  },
};
