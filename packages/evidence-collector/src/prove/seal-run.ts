import { createHash } from "node:crypto";
import { mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { canonicalJson, type Clock, type Json, type Ledger, type RunCell, systemClock } from "@bentham/core";
import { type Bag, bagOf } from "../bag/bag-files.ts";
import { bagInfo } from "../bag/bag-info.ts";
import { Staging } from "../bag/staging.ts";
import { folderIn, moved } from "../bag/store-bag.ts";
import { syncFolder, writeSynced } from "../bag/synced-files.ts";
import { sha256 } from "../sha256.ts";
import { slug } from "../slug.ts";
import type { BagCopier } from "../store/bag-copier.ts";
import type { Software } from "../software.ts";
import { MerkleTree } from "./merkle-tree.ts";
import type { SigningKey } from "./signing-key.ts";

/** The latest root of a run. */
export interface RunRoot {
  /** From 1; one more with each sealing. */
  readonly number: number;
  /** SHA-256 (hex) of the tag manifest of the root's bag: what the next root names. */
  readonly sha256: string;
  /** SHA-256 (hex) of its cells. */
  readonly cellsSha256: string;
}

/** What is sealed. */
export interface SealRunOptions {
  /** The evidence folder. */
  readonly folder: string;
  readonly software: Software;
  readonly signingKey: SigningKey;
  readonly runId: string;
  readonly study: string;
  readonly planHash: string;
  readonly ledger: Ledger;
  /** Reads every planned cell, in the order of the plan. They are not kept. */
  readonly cells: () => AsyncIterable<RunCell>;
  /** The root before. @default there is none */
  readonly last?: RunRoot | undefined;
  /** Copies the root to a second place. @default there is none */
  readonly copier?: BagCopier | undefined;
  /** Whether the root is to be stamped by an authority: it says so, and waits until it is. @default false */
  readonly timestamp?: boolean;
  /** @default the real clock */
  readonly clock?: Clock;
}

const CELLS = "data/cells.jsonl";

/** Cells that are written at once. */
const PAGE = 500;

/**
 * Seals what has become of every planned cell of a run, failures among them: a bag `<run>/root-0001/` with a line for each
 * cell, and a signed statement of the Merkle root over the lines that names the root before. When the cells are as they
 * were, nothing is written. A root that lies in the place of this one, since another process has just sealed it, or this
 * one before it was killed, is the one before.
 *
 * @returns the latest root.
 * @throws the error of the file system. Then nothing of the root is left.
 */
export async function sealRun(options: SealRunOptions): Promise<RunRoot> {
  const { folder, last, copier, clock = systemClock } = options;
  const number = (last?.number ?? 0) + 1;
  const { root, staged } = await new Staging(folder, clock).open();
  try {
    const { lines, merkleRoot, cellsSha256 } = await writeCells(staged, options.cells());
    if (cellsSha256 === last?.cellsSha256) return last;
    const bag = rootBag(options, number, { leaves: lines, root: merkleRoot }, cellsSha256, new Date(clock.now()));
    await writeSynced(staged, bag.files);
    const run = await folderIn(root, slug(options.runId));
    const place = join(run, nameOf(number));
    const copy = await copier?.announce(`${slug(options.runId)}/${nameOf(number)}`);
    if (await moved(staged, place)) {
      await Promise.all([syncFolder(run), syncFolder(root)]);
      copy?.ready();
      return { number, sha256: bag.sha256, cellsSha256 };
    }
    await copy?.withdraw();
    return await sealRun({ ...options, last: await rootIn(place, number) });
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}

/** The bag of a root around the cells, which lie in their place already. */
function rootBag(
  { runId, study, planHash, ledger, last, signingKey, software, timestamp = false }: SealRunOptions,
  number: number,
  merkle: { readonly leaves: number; readonly root: string },
  cellsSha256: string,
  sealedAt: Date,
): Bag {
  const statement = canonicalJson({
    format: "bentham-root/1",
    runId,
    study,
    planHash,
    number,
    previous: last?.sha256 ?? null,
    cells: { ...ledger },
    merkle: { algorithm: "RFC 6962, SHA-256", ...merkle },
    sealedAt: sealedAt.toISOString(),
    signature: { algorithm: "ecdsa-p256-sha256", keySha256: signingKey.fingerprint },
    timestamp: timestamp ? "expected" : "none",
  });
  const info = bagInfo({
    "Bag-Software-Agent": `${software.name} ${software.version}`,
    "Bagging-Date": sealedAt.toISOString().slice(0, 10),
    "External-Identifier": `${slug(runId)}/${nameOf(number)}`,
    "Bag-Group-Identifier": slug(runId),
  });
  const artefact = { path: "data/root.json", mediaType: "application/json", bytes: Buffer.from(statement) } as const;
  return bagOf([artefact], info, signingKey, [{ path: CELLS, sha256: cellsSha256 }]);
}

/** The name of a root's folder. */
export function nameOf(number: number): string {
  return `root-${String(number).padStart(4, "0")}`;
}

/** The line of a cell, without its end: canonical JSON, a leaf of the tree. */
export function cellLine({ result, ...cell }: RunCell): string {
  const stored: Json = result ? JSON.parse(JSON.stringify(result)) : null;
  return canonicalJson({
    ...cell,
    code: result?.error?.code ?? null,
    bag: result?.evidence?.bagPath ?? null,
    bagSha256: result?.evidence?.sha256Hash || null,
    resultSha256: stored === null ? null : sha256(Buffer.from(canonicalJson(stored))),
  });
}

async function writeCells(
  staged: string,
  cells: AsyncIterable<RunCell>,
): Promise<{ readonly lines: number; readonly merkleRoot: string; readonly cellsSha256: string }> {
  const [hash, tree] = [createHash("sha256"), new MerkleTree()];
  await mkdir(join(staged, "data"));
  const handle = await open(join(staged, CELLS), "wx");
  let [lines, page] = [0, ""];
  const flush = async (): Promise<void> => {
    hash.update(page);
    await handle.appendFile(page);
    page = "";
  };
  try {
    for await (const cell of cells) {
      const line = cellLine(cell);
      tree.add(line);
      page += `${line}\n`;
      if (++lines % PAGE === 0) await flush();
    }
    await flush();
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { lines, merkleRoot: tree.root(), cellsSha256: hash.digest("hex") };
}

async function rootIn(folder: string, number: number): Promise<RunRoot> {
  const manifest = await readFile(join(folder, "manifest-sha256.txt"), "utf8");
  const cells = manifest.split("\n").find((line) => line.endsWith(`  ${CELLS}`));
  return {
    number,
    sha256: sha256(await readFile(join(folder, "tagmanifest-sha256.txt"))),
    cellsSha256: cells?.slice(0, 64) ?? "",
  };
}
