import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { BenthamError, type EvidenceStore, type StoredBag } from "@bentham/core";
import { openEvidenceStore, readConfiguration } from "@bentham/runtime";
import type { BagProblem } from "@bentham/verify";
import { type CommandContext, type CommonOptions, dataFolder } from "../command-context.ts";
import { printable } from "../printable.ts";
import type { BagsToCheck } from "./verify.ts";

/** What the root of a bag stays by, for the roots that name it, when the rest of it has been checked. */
const KEPT = "tagmanifest-sha256.txt";

/** The last step of a root's path. */
const ROOT = /^root-\d{4,}$/;

/**
 * Lets `use` check what lies in the store of evidence as if it lay in a folder: each bag is fetched, checked and removed
 * before the next one, so that neither memory nor disk grows with their size. What the roots of a run need to be checked
 * by stays: themselves, and 200 bytes of each bag.
 *
 * @throws BenthamError USAGE where the configuration has no store; or what the store fails with.
 */
export async function withStoredBags(
  context: CommandContext,
  options: CommonOptions & { readonly run: string | undefined },
  use: (bags: BagsToCheck) => Promise<number>,
): Promise<number> {
  const { currentFolder, environment, terminal } = context;
  const config = options.config === undefined ? undefined : resolve(currentFolder, options.config);
  const configuration = await readConfiguration([currentFolder], environment, config);
  const sources = { folder: dataFolder(context, options), configuration, environment };
  await using opened = await openEvidenceStore({ ...sources, allowPrivate: options.allowPrivate });
  if (!opened) throw new BenthamError("USAGE", "there is no store: name one in bentham.config.yaml, as evidence.store");
  const { store } = opened;
  if (options.run !== undefined && !isPlain(options.run)) {
    throw new BenthamError("USAGE", `${options.run} is no name of a run's folder`);
  }
  const folder = await mkdtemp(join(tmpdir(), "bentham-verify-"));
  try {
    const checked = options.run === undefined ? folder : join(folder, options.run);
    await mkdir(checked, { recursive: true });
    return await use({
      folder: checked,
      evidence: folder,
      bags: () => fetched(store, folder, options.run, (line) => terminal.tell(printable(line))),
      nameOf: (place) => `${store.name}/${relative(folder, place)}`,
      isOwn: true,
      what: [store.name, ...(options.run === undefined ? [] : [options.run])].join("/"),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* fetched(
  store: EvidenceStore,
  folder: string,
  run: string | undefined,
  tell: (line: string) => void,
): AsyncIterable<{ readonly bag: string; readonly problems: readonly BagProblem[] }> {
  for await (const stored of store.bags(run)) {
    if (!stored.isWhole) {
      tell(`${store.name}/${stored.path} is no bag: its upload broke off ${new Date(stored.changedAt).toISOString()}`);
      continue;
    }
    if (!isPlain(stored.path)) {
      tell(`${store.name}/${stored.path} is no bag of Bentham's by its name: it was left out`);
      continue;
    }
    const bag = join(folder, stored.path);
    const problems = await fetchBag(store, stored, bag);
    yield { bag, problems };
    if (!ROOT.test(stored.path.split("/").at(-1) ?? "")) await removeAllBut(bag, KEPT);
  }
}

/** Writes the files of a bag where they can be checked. One whose name could lead elsewhere is a problem instead. */
async function fetchBag(store: EvidenceStore, { path, files }: StoredBag, bag: string): Promise<BagProblem[]> {
  const problems: BagProblem[] = [];
  for (const { path: file } of files) {
    if (!isPlain(file)) {
      problems.push({ kind: "malformed", file, message: "has a name that no file of a bag has" });
      continue;
    }
    await mkdir(dirname(join(bag, file)), { recursive: true });
    await pipeline(store.read(path, file), createWriteStream(join(bag, file), { flags: "wx" }));
  }
  return problems;
}

/** Whether a path is made of plain names, none of which leads anywhere but down. */
function isPlain(path: string): boolean {
  return path.split("/").every((part) => /^[\w-][\w.-]{0,200}$/.test(part));
}

async function removeAllBut(folder: string, kept: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name !== kept) await rm(join(folder, name), { recursive: true, force: true });
  }
}
