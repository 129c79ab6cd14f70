import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { BenthamError } from "@bentham/core";
import { EXIT_CODES } from "@bentham/orchestrator";
import {
  type BagProblem,
  findEvidence,
  type Found,
  type PublicKey,
  type TimeStamp,
  type VerifiedBag,
  type VerifiedRun,
  verifyBag,
  type VerifyBagOptions,
} from "@bentham/verify";
import { type CommandContext, dataFolder } from "../command-context.ts";
import type { VerifyOptions } from "../command-line.ts";
import { printable } from "../printable.ts";
import { readKeyFile } from "../read-key-file.ts";
import type { Terminal } from "../terminal.ts";
import { importedKeys, isSignedBy, runFolderOf } from "./imported-keys.ts";
import { verifyProof } from "./verify-proof.ts";
import { fetchStamps, verifyRuns } from "./verify-runs.ts";

/**
 * Checks the bags at or below a path, or in the store of evidence, and names each file that is not as its manifest says, is in no bag, or
 * whose signature is not that of the key: the one in the file `key`, else the data folder's own, if the bags are in that
 * folder or in its store. Time stamps that the data folder waits for are asked for first.
 */
export async function verify(
  context: CommandContext,
  path: string | undefined,
  options: VerifyOptions,
): Promise<number> {
  const { store } = options;
  if ((path === undefined) === (store === undefined)) {
    throw new BenthamError("USAGE", "name a bag or a folder of bags, or --store for what lies in the store");
  }
  if (path !== undefined) return verifyFolder(context, path, options);
  const { withStoredBags } = await import("./stored-bags.ts");
  const run = typeof store === "string" ? store : undefined;
  return withStoredBags(context, { ...options, run }, (stored) => check(context, stored, options));
}

async function verifyFolder(context: CommandContext, path: string, options: VerifyOptions): Promise<number> {
  const folder = resolve(context.currentFolder, path);
  if (!(await isFolder(folder)))
    throw new BenthamError("USAGE", `${path} is no folder: name a bag, or a folder of bags`);
  const nameOf = (place: string): string => relative(context.currentFolder, place) || ".";
  const evidence = join(dataFolder(context, options), "evidence");
  const isOwn = !relative(dataFolder(context, options), folder).startsWith("..");
  if (options.proof !== undefined) {
    if (options.root === undefined)
      throw new BenthamError("USAGE", "--proof needs --root, the folder of the root's bag");
    const [key, authorities] = [await keyFor(isOwn, context, options), await authoritiesFor(context, options)];
    return verifyProof(context, options.proof, {
      root: resolve(context.currentFolder, options.root),
      bag: folder,
      json: options.json,
      ...(key ? { key } : {}),
      ...(authorities ? { authorities } : {}),
    });
  }
  if (isOwn) await fetchStamps(context, options);
  return check(context, { folder, evidence, bags: () => findEvidence(folder), nameOf, isOwn, what: path }, options);
}

/** Bags to check, in a folder. */
export interface BagsToCheck {
  /** Where they are, or are put one after the other. */
  readonly folder: string;
  /** What in that folder is what the evidence folder is to the store of jobs. */
  readonly evidence: string;
  /** Found one at a time. Problems are what is wrong beside what a look at their files tells. */
  readonly bags: () => AsyncIterable<Found | { readonly bag: string; readonly problems: readonly BagProblem[] }>;
  /** What a bag or a run is called. */
  readonly nameOf: (place: string) => string;
  /** Whether the data folder's own key must have signed them. */
  readonly isOwn: boolean;
  /** What all of it is called. */
  readonly what: string;
}

async function check(context: CommandContext, checked: BagsToCheck, options: VerifyOptions): Promise<number> {
  const { terminal } = context;
  const { json } = options;
  const { folder, nameOf } = checked;
  const key = await keyFor(checked.isOwn, context, options);
  const authorities = await authoritiesFor(context, options);
  // What came in a bundle is signed by the key that the bundle was, and what was added since by our own.
  const imported = options.key === undefined && key ? await importedKeys(dataFolder(context, options)) : undefined;
  const keyOf = async (bag: string): Promise<VerifyBagOptions> => {
    const theirs = imported?.get(runFolderOf(bag, checked.evidence));
    if (theirs && (await isSignedBy(bag, theirs))) return { key: theirs };
    return key ? { key } : {};
  };
  const signers = new Set<string>();
  let [bags, files, gone, bad] = [0, 0, 0, 0];
  for await (const found of checked.bags()) {
    if ("stray" in found) {
      bad += 1;
      tellStray(terminal, json, nameOf(found.stray));
      continue;
    }
    const seen = await verifyBag(found.bag, { ...(await keyOf(found.bag)), ...(authorities ? { authorities } : {}) });
    const problems = [...("problems" in found ? found.problems : []), ...seen.problems];
    bags += 1;
    files += seen.files;
    gone += seen.pruned ? 1 : 0;
    bad += problems.length;
    signers.add(seen.signedBy ?? "nobody");
    tellBag(terminal, json, nameOf(found.bag), { ...seen, problems });
  }
  const isStamped = authorities !== undefined;
  for await (const run of verifyRuns(folder, dataFolder(context, options), checked.evidence, isStamped)) {
    bad += run.problems.length;
    tellRun(run, terminal, json, nameOf(run.folder));
  }
  if (bags === 0) throw new BenthamError("USAGE", `there is no bag in ${checked.what}`);
  const verdict = bad === 0 ? "all whole" : `${bad} problems`;
  terminal.tell(`${bags} bags, ${files} files as their manifests say: ${verdict}`);
  const waiting = await waitingIn(join(dataFolder(context, options), "evidence"));
  if (waiting > 0) terminal.tell(`${waiting} bags wait here to be copied to the store of evidence`);
  if (gone > 0) terminal.tell(`${gone} of them were pruned: a signed tombstone stands in the place of each`);
  terminal.tell(`signed by ${[...signers].join(", ")}${key ? "" : "; --key says whose signature it must be"}`);
  return bad === 0 ? EXIT_CODES.success : EXIT_CODES["evidence does not verify"];
}

function tellStray(terminal: Terminal, json: boolean, file: string): void {
  const message = "is there, and belongs to no bag";
  if (json) return terminal.out(JSON.stringify({ problems: [{ kind: "unlisted", file, message }] }));
  terminal.out(`unlisted  ${printable(`${file}: ${message}`)}`);
}

function tellBag(terminal: Terminal, json: boolean, name: string, verified: VerifiedBag): void {
  const { files, problems, pruned, sha256, signedBy, timeStamp } = verified;
  if (json) {
    const stamp = timeStamp && { ...timeStamp, chain: undefined };
    return terminal.out(JSON.stringify({ bag: name, sha256, signedBy, timeStamp: stamp, pruned, files, problems }));
  }
  for (const { kind, file, message } of problems) terminal.out(`${kind}  ${printable(`${name}/${file}: ${message}`)}`);
  if (timeStamp) terminal.tell(printable(`${name}: ${stampText(timeStamp)}`));
}

function stampText({ at, authority }: TimeStamp): string {
  return `there by ${at.toISOString()}, says ${authority}`;
}

function tellRun(run: VerifiedRun, terminal: Terminal, json: boolean, name: string): void {
  if (json) return terminal.out(JSON.stringify({ ...run, folder: undefined, run: name }));
  for (const { kind, file, message } of run.problems) {
    terminal.out(`${kind}  ${printable(`${name}/${file}: ${message}`)}`);
  }
  const { planned = 0, ...states } = run.cells;
  const cells = Object.entries(states).flatMap(([state, count]) => (count > 0 ? [`${count} ${state}`] : []));
  for (const root of run.waiting) terminal.tell(printable(`${name}/${root}: waits for its time stamp`));
  const roots = run.roots === 1 ? "1 root" : `${run.roots} roots`;
  terminal.tell(printable(`${name}: ${roots}; of ${planned} planned cells ${cells.join(", ")}`));
}

/** @throws BenthamError USAGE for a file that holds no key over P-256. */
async function keyFor(
  isOwn: boolean,
  context: CommandContext,
  { key, ...options }: VerifyOptions,
): Promise<PublicKey | undefined> {
  const data = dataFolder(context, options);
  const own = join(data, "signing-key.pem");
  const path = key === undefined ? own : resolve(context.currentFolder, key);
  if (key === undefined && !(isOwn && existsSync(own))) return undefined;
  return readKeyFile(path);
}

/** How many notes there are of bags that are to be copied. */
async function waitingIn(evidence: string): Promise<number> {
  const folder = join(evidence, ".waiting");
  return (await isFolder(folder)) ? (await readdir(folder)).length : 0;
}

/** @throws BenthamError USAGE for a file that holds no certificate. */
async function authoritiesFor(
  { currentFolder }: CommandContext,
  { authorities }: VerifyOptions,
): Promise<readonly string[] | undefined> {
  if (authorities === undefined) return undefined;
  const path = resolve(currentFolder, authorities);
  const pem = existsSync(path) ? await readFile(path, "utf8") : "";
  if (!pem.includes("-----BEGIN CERTIFICATE-----"))
    throw new BenthamError("USAGE", `${path} holds no certificate in PEM`);
  return [pem];
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false; // Whatever is there, it is no folder that could be looked into.
  }
}
