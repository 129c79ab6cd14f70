import process from "node:process";

/**
 * Ends a browser's process and every process it started. Playwright starts browsers as leaders of a process group, so
 * that the group's number is the leader's; one that has ended already is no error.
 */
export function killGroup(pid: number): void {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, "SIGKILL");
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
    }
  }
}
