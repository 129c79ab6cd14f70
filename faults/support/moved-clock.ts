// Preloaded into a process: its wall clock is off by MOVED_CLOCK_MS milliseconds.

import process from "node:process";

const moved = Number(process.env["MOVED_CLOCK_MS"]);
const now = Date.now.bind(Date);
const movedNow = (): number => now() + moved;

const movedDate = new Proxy(Date, {
  construct: (target, values): object =>
    values.length === 0 ? new target(movedNow()) : Reflect.construct(target, values),
  get: (target, key): unknown => (key === "now" ? movedNow : Reflect.get(target, key)),
});

Object.defineProperty(globalThis, "Date", { value: movedDate });
