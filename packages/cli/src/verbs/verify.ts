import { stat } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { BenthamError } from "@bentham/core";
import { EXIT_CODES } from "@bentham/orchestrator";
import { findBags, verifyBag } from "@bentham/verify";
import type { CommandContext } from "../command-context.ts";
import { printable } from "../printable.ts";

/** Checks the bags at or below a path, and names each file that is not as its manifest says. */
export async function verify(
  { terminal, currentFolder }: CommandContext,
  path: string,
  { json }: { readonly json: boolean },
): Promise<number> {
  const folder = resolve(currentFolder, path);
  if (!(await isFolder(folder)))
    throw new BenthamError("USAGE", `${path} is no folder: name a bag, or a folder of bags`);
  let [bags, files, bad] = [0, 0, 0];
  for await (const bag of findBags(folder)) {
    const { files: good, problems, sha256 } = await verifyBag(bag);
    bags += 1;
    files += good;
    bad += problems.length;
    const name = relative(currentFolder, bag) || ".";
    if (json) terminal.out(JSON.stringify({ bag: name, sha256, files: good, problems }));
    else
      for (const { kind, file, message } of problems)
        terminal.out(`${kind}  ${printable(`${name}/${file}: ${message}`)}`);
  }
  if (bags === 0) throw new BenthamError("USAGE", `there is no bag in ${path}`);
  const verdict = bad === 0 ? "all whole" : `${bad} problems`;
  terminal.tell(`${bags} bags, ${files} files as their manifests say: ${verdict}`);
  return bad === 0 ? EXIT_CODES.success : EXIT_CODES["evidence does not verify"];
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false; // Whatever is there, it is no folder that could be looked into.
  }
}
