import process from "node:process";

/** One line to whoever waits. Standard output belongs to the command. */
export function tell(line) {
  process.stderr.write(`[runtime] ${line}\n`);
}
