// Preloaded into a bentham process: kills it with -9 at a named point of the Nth job that gets there.
// The executor tells its events on diagnostics channels anyway; nothing in it knows of this.

import { subscribe } from "node:diagnostics_channel";
import process from "node:process";

const point = process.env["DIE_AT"] ?? "";
const nth = Number(process.env["DIE_AT_NTH"] ?? 1);

let reached = 0;
subscribe(`bentham:${point}`, () => {
  reached += 1;
  if (reached === nth) process.kill(process.pid, "SIGKILL");
});
