import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** Runs an example as its reader would, and gives what it prints. @throws Error when it fails. */
export async function runExample(name: string): Promise<string> {
  const path = fileURLToPath(new URL(`../${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, ["--conditions=@bentham/source", path], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  await once(child, "close");
  if (child.exitCode !== 0) throw new Error(`${name} exited with ${child.exitCode}: ${errors}`);
  return output;
}
