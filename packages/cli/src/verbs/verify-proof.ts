import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { BenthamError } from "@bentham/core";
import { EXIT_CODES } from "@bentham/orchestrator";
import { verifyInclusion, type VerifyInclusionOptions } from "@bentham/verify";
import type { CommandContext } from "../command-context.ts";
import { printable } from "../printable.ts";

/**
 * Checks a proof by the root's bag and the cell's, and tells what is wrong.
 *
 * @throws BenthamError USAGE when the proof cannot be read.
 */
export async function verifyProof(
  { terminal, currentFolder }: CommandContext,
  file: string,
  options: VerifyInclusionOptions & { readonly json: boolean },
): Promise<number> {
  const { cell, root, problems } = await verifyInclusion(await readProof(resolve(currentFolder, file), file), options);
  if (options.json) terminal.out(JSON.stringify({ proof: file, cell, root: root.sha256, problems }));
  else for (const { kind, file: of, message } of problems) terminal.out(`${kind}  ${printable(`${of}: ${message}`)}`);
  if (problems.length > 0) return EXIT_CODES["evidence does not verify"];
  const stamp = root.timeStamp && `, there by ${root.timeStamp.at.toISOString()}, says ${root.timeStamp.authority}`;
  terminal.tell(printable(`the cell ${cell?.jobId} is under the root ${root.sha256}${stamp ?? ""}`));
  terminal.tell(
    `signed by ${root.signedBy ?? "nobody"}${options.key ? "" : "; --key says whose signature it must be"}`,
  );
  return EXIT_CODES.success;
}

async function readProof(path: string, file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new BenthamError("USAGE", `${file} holds no JSON that could be read: name what \`bentham prove\` printed`, {
      cause: error,
    });
  }
}
