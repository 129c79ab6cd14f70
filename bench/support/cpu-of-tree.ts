import { readFile } from "node:fs/promises";
import process from "node:process";
import { childProcessesOf } from "@bentham/testbed";

/** Clock ticks of /proc in a second; Linux has told 100 to programs since 2.6. */
const TICKS = 100;

/** CPU of this process and of all that it has started, those that have ended among them, in milliseconds. */
export async function cpuOfTree(): Promise<number> {
  const pids = [process.pid, ...(await childProcessesOf(process.pid)).map(({ pid }) => pid)];
  const ticks = await Promise.all(pids.map((pid) => ticksOf(pid)));
  return (ticks.reduce((sum, each) => sum + each, 0) * 1000) / TICKS;
}

/** Fields 14 to 17 of /proc/PID/stat: its own time and that of its children which have ended (proc(5)). */
async function ticksOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
}
