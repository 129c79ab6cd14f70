import { dirname, join, resolve } from "node:path";
import { bundleRun, makeFolder, openKeeping, openStore, unbundleRun } from "@bentham/runtime";
import { ledgerLine } from "@bentham/orchestrator";
import { type CommandContext, type CommonOptions, dataFolder } from "../command-context.ts";
import { findRun } from "../find-run.ts";
import { readKeyFile } from "../read-key-file.ts";

/** Writes a run with its evidence as one file. */
export async function bundle(
  context: CommandContext,
  name: string,
  options: CommonOptions & { readonly out: string },
): Promise<number> {
  const { terminal, currentFolder } = context;
  await using keeping = await openKeeping(dataFolder(context, options));
  const run = await findRun(keeping.store, name, currentFolder);
  const out = resolve(currentFolder, options.out);
  await makeFolder(dirname(out), "USAGE");
  const sha256 = await bundleRun(keeping, run, out);
  const { fingerprint } = keeping.signingKey;
  if (options.json) terminal.out(JSON.stringify({ runId: run.runId, file: out, sha256, signedBy: fingerprint }));
  else terminal.out(`${run.runId}  is bundled in ${options.out}, signed by ${fingerprint}`);
  return 0;
}

/** Takes in a run that was bundled elsewhere. */
export async function unbundle(
  context: CommandContext,
  file: string,
  options: CommonOptions & { readonly key?: string },
): Promise<number> {
  const { terminal, currentFolder } = context;
  const data = dataFolder(context, options);
  const key = options.key === undefined ? undefined : await readKeyFile(resolve(currentFolder, options.key));
  await using store = await openStore(data);
  const evidenceFolder = join(data, "evidence");
  const { runId, signedBy } = await unbundleRun({ file: resolve(currentFolder, file), store, evidenceFolder, key });
  const ledger = await store.ledger(runId);
  if (options.json) terminal.out(JSON.stringify({ runId, signedBy, ledger }));
  else terminal.out(`${runId}  ${ledgerLine(ledger)}`);
  terminal.tell(`signed by ${signedBy}${key ? "" : "; --key says whose signature it must be"}`);
  return 0;
}
