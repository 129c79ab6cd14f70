import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { BenthamError } from "@bentham/core";
import { EXIT_CODES } from "@bentham/orchestrator";
import { findBags, type PublicKey, readPublicKey, type VerifiedRun, verifyBag } from "@bentham/verify";
import { type CommandContext, type CommonOptions, dataFolder } from "../command-context.ts";
import { printable } from "../printable.ts";
import type { Terminal } from "../terminal.ts";
import { verifyRuns } from "./verify-runs.ts";

/**
 * Checks the bags at or below a path, and names each file that is not as its manifest says or whose signature is not that of
 * the key: the one in the file `key`, else the data folder's own, if the bags are in that folder.
 */
export async function verify(
  context: CommandContext,
  path: string,
  options: CommonOptions & { readonly json: boolean; readonly key?: string },
): Promise<number> {
  const { terminal, currentFolder } = context;
  const { json } = options;
  const folder = resolve(currentFolder, path);
  if (!(await isFolder(folder)))
    throw new BenthamError("USAGE", `${path} is no folder: name a bag, or a folder of bags`);
  const key = await keyFor(folder, context, options);
  const signers = new Set<string>();
  let [bags, files, bad] = [0, 0, 0];
  for await (const bag of findBags(folder)) {
    const { files: good, problems, sha256, signedBy } = await verifyBag(bag, key ? { key } : {});
    bags += 1;
    files += good;
    bad += problems.length;
    signers.add(signedBy ?? "nobody");
    const name = relative(currentFolder, bag) || ".";
    if (json) terminal.out(JSON.stringify({ bag: name, sha256, signedBy, files: good, problems }));
    else
      for (const { kind, file, message } of problems)
        terminal.out(`${kind}  ${printable(`${name}/${file}: ${message}`)}`);
  }
  for await (const run of verifyRuns(folder, dataFolder(context, options))) {
    bad += run.problems.length;
    tellRun(run, terminal, json, relative(currentFolder, run.folder) || ".");
  }
  if (bags === 0) throw new BenthamError("USAGE", `there is no bag in ${path}`);
  const verdict = bad === 0 ? "all whole" : `${bad} problems`;
  terminal.tell(`${bags} bags, ${files} files as their manifests say: ${verdict}`);
  terminal.tell(`signed by ${[...signers].join(", ")}${key ? "" : "; --key says whose signature it must be"}`);
  return bad === 0 ? EXIT_CODES.success : EXIT_CODES["evidence does not verify"];
}

function tellRun(run: VerifiedRun, terminal: Terminal, json: boolean, name: string): void {
  if (json) return terminal.out(JSON.stringify({ ...run, folder: undefined, run: name }));
  for (const { kind, file, message } of run.problems) {
    terminal.out(`${kind}  ${printable(`${name}/${file}: ${message}`)}`);
  }
  const { planned = 0, ...states } = run.cells;
  const cells = Object.entries(states).flatMap(([state, count]) => (count > 0 ? [`${count} ${state}`] : []));
  const roots = run.roots === 1 ? "1 root" : `${run.roots} roots`;
  terminal.tell(printable(`${name}: ${roots}; of ${planned} planned cells ${cells.join(", ")}`));
}

/** @throws BenthamError USAGE for a file that holds no key over P-256. */
async function keyFor(
  folder: string,
  context: CommandContext,
  { key, ...options }: CommonOptions & { readonly key?: string },
): Promise<PublicKey | undefined> {
  const data = dataFolder(context, options);
  const own = join(data, "signing-key.pem");
  const isOwn = !relative(data, folder).startsWith("..");
  const path = key === undefined ? own : resolve(context.currentFolder, key);
  if (key === undefined && !(isOwn && existsSync(own))) return undefined;
  const read = existsSync(path) ? readPublicKey(await readFile(path, "utf8")) : undefined;
  if (!read) throw new BenthamError("USAGE", `${path} holds no key over P-256 in PEM`);
  return read;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false; // Whatever is there, it is no folder that could be looked into.
  }
}
