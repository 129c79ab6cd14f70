import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { BagProblem } from "./bag-problem.ts";
import { linesOf } from "./lines.ts";
import { staysInside } from "./manifest.ts";
import { MerkleTree } from "./merkle-tree.ts";
import { sha256Of } from "./sha256-of.ts";
import { readSignedStatement } from "./signed-statement.ts";
import { TIME_STAMP } from "./time-stamp/stamp-of-bag.ts";
import { readTombstone } from "./tombstone.ts";

const ROOT = /^root-(\d{4,})$/;

/** What was found of the roots of a run. */
export interface VerifiedRun {
  readonly folder: string;
  readonly runId?: string;
  /** Roots that are there. */
  readonly roots: number;
  /** SHA-256 (hex) of the tag manifest of the last one. */
  readonly sha256?: string;
  /** Cells that the last one covers, by state. */
  readonly cells: Readonly<Record<string, number>>;
  /** Roots that were to be stamped, and have no time stamp yet. */
  readonly waiting: readonly string[];
  /** Empty when every root is there, and everything that they say of cells and bags is so. Files are relative to the run. */
  readonly problems: readonly BagProblem[];
}

/** What a run must have, as somebody has kept it elsewhere. */
export interface VerifyRunOptions {
  /** The last root. */
  readonly latest?: { readonly number: number; readonly sha256: string };
  /** SHA-256 (hex) of the time stamps that roots were given, by their numbers. */
  readonly stamps?: ReadonlyMap<number, string>;
  /** Whether a root that was to be stamped must have its stamp by now. @default false */
  readonly stamped?: boolean;
}

interface RootStatement {
  readonly runId: string;
  readonly number: number;
  readonly previous: string | null;
  readonly timestamp?: string;
  readonly cells: Readonly<Record<string, number>>;
  readonly merkle: { readonly leaves: number; readonly root: string };
}

interface CellLine {
  readonly jobId: string;
  readonly state: string;
  readonly bag: string | null;
  readonly bagSha256: string | null;
}

/** The folders at or below `folder` that hold roots of a run. */
export async function* findRuns(folder: string): AsyncIterable<string> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(
    (entry) => entry.isDirectory() && !entry.name.startsWith("."),
  );
  if (entries.some(({ name }) => ROOT.test(name))) {
    yield folder;
    return;
  }
  if (entries.some(({ name }) => name === "data")) return; // A bag.
  for (const { name } of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    yield* findRuns(join(folder, name));
  }
}

/**
 * Checks the roots of a run against each other and against the bags: each names the one before, its Merkle root is that of
 * its cells, their states add up to what it says, and every bag that a cell names is there, with the hash that it had. The
 * files and the signature of a root are those of a bag: `verifyBag` checks them. Cells are read as a stream. A folder that
 * is not there has no root.
 */
export async function verifyRun(folder: string, options: VerifyRunOptions = {}): Promise<VerifiedRun> {
  const { latest, stamps = new Map<number, string>(), stamped = false } = options;
  const problems: BagProblem[] = [];
  const waiting: string[] = [];
  const numbers = (await namesIn(folder)).flatMap((name) => ROOT.exec(name)?.[1] ?? []).map(Number);
  // Whether a run is held is said in its folder, too.
  problems.push(...((await readSignedStatement(folder, "hold"))?.problems ?? []));
  const last = Math.max(0, latest?.number ?? 0, ...numbers);
  let previous: string | null = null;
  let statement: RootStatement | undefined;
  for (let number = 1; number <= last; number++) {
    const name = rootName(number);
    if (!numbers.includes(number)) {
      problems.push({
        kind: "missing",
        file: name,
        message: "is not there: the outcome of a generation was taken away",
      });
      previous = null;
      continue;
    }
    const root = new RootCheck(folder, name, problems);
    statement = await root.check(number, number === 1 ? null : previous);
    const isToBeStamped = statement?.timestamp === "expected";
    if ((await root.lacksStamp(stamps.get(number), isToBeStamped && stamped)) && isToBeStamped) waiting.push(name);
    previous = (await sha256Of(join(folder, name, "tagmanifest-sha256.txt"))) ?? null;
  }
  if (latest && numbers.includes(latest.number) && last === latest.number && previous !== latest.sha256) {
    problems.push({ kind: "changed", file: rootName(last), message: `expected ${latest.sha256}, got ${previous}` });
  }
  return {
    folder,
    ...(statement ? { runId: statement.runId } : {}),
    roots: numbers.length,
    ...(previous === null ? {} : { sha256: previous }),
    cells: statement?.cells ?? {},
    waiting,
    problems,
  };
}

class RootCheck {
  readonly #folder: string;
  readonly #name: string;
  readonly #problems: BagProblem[];

  constructor(folder: string, name: string, problems: BagProblem[]) {
    this.#folder = folder;
    this.#name = name;
    this.#problems = problems;
  }

  /** @param previous Hash of the root before; null when there is none, or it is not there. */
  async check(number: number, previous: string | null): Promise<RootStatement | undefined> {
    const statement = await this.#statement();
    if (!statement) return undefined;
    if (statement.number !== number)
      this.#tell("changed", "root.json", `is of root ${statement.number}, not ${number}`);
    const mayNameIt = number === 1 || previous !== null;
    if (mayNameIt && statement.previous !== previous) {
      this.#tell("changed", "root.json", `names ${statement.previous} as the root before, which is ${previous}`);
    }
    await this.#checkCells(statement);
    return statement;
  }

  /** Whether the root has no time stamp. Tells when it must have one, or had another. */
  async lacksStamp(given: string | undefined, isDemanded: boolean): Promise<boolean> {
    const sha256 = await sha256Of(join(this.#folder, this.#name, TIME_STAMP));
    const file = `${this.#name}/${TIME_STAMP}`;
    if (sha256 !== undefined && given !== undefined && sha256 !== given) {
      this.#problems.push({ kind: "changed", file, message: `expected ${given}, got ${sha256}` });
    }
    if (sha256 === undefined && (given !== undefined || isDemanded)) {
      const why = given === undefined ? "the root was to be stamped" : "the root had been stamped";
      this.#problems.push({ kind: "missing", file, message: `is not there, and ${why}` });
    }
    return sha256 === undefined;
  }

  async #statement(): Promise<RootStatement | undefined> {
    try {
      const value: RootStatement = JSON.parse(
        await readFile(join(this.#folder, this.#name, "data", "root.json"), "utf8"),
      );
      if (typeof value.merkle.root === "string" && typeof value.cells === "object") return value;
    } catch {
      // Told below: it is not there, or no such statement.
    }
    this.#tell("malformed", "root.json", "is no statement of a root");
    return undefined;
  }

  async #checkCells({ cells, merkle }: RootStatement): Promise<void> {
    const tree = new MerkleTree();
    const found: Record<string, number> = {};
    let leaves = 0;
    try {
      for await (const line of linesOf(join(this.#folder, this.#name, "data", "cells.jsonl"))) {
        tree.add(line);
        leaves += 1;
        const cell: CellLine = JSON.parse(line);
        found[cell.state] = (found[cell.state] ?? 0) + 1;
        await this.#checkBag(cell);
      }
    } catch {
      this.#tell("malformed", "cells.jsonl", `line ${leaves} is no cell, or the file is not there`);
      return;
    }
    if (leaves !== merkle.leaves || leaves !== cells["planned"]) {
      this.#tell("changed", "cells.jsonl", `covers ${leaves} cells of ${cells["planned"]} that were planned`);
    }
    const root = tree.root();
    if (root !== merkle.root) this.#tell("changed", "cells.jsonl", `its Merkle root is ${root}, not ${merkle.root}`);
    for (const [state, count] of Object.entries(cells)) {
      if (state === "planned" || (found[state] ?? 0) === count) continue;
      this.#tell("changed", "cells.jsonl", `has ${found[state] ?? 0} cells that are ${state}, not ${count}`);
    }
  }

  async #checkBag({ jobId, bag, bagSha256 }: CellLine): Promise<void> {
    if (bag === null || bagSha256 === null) return;
    // Bags are named from the evidence folder, which a run's folder lies in.
    const [run, ...rest] = bag.split("/");
    const path = rest.join("/");
    if (run !== basename(this.#folder) || !staysInside(path)) {
      this.#tell("malformed", "cells.jsonl", `the bag of ${jobId} is not in the run's folder: ${bag}`);
      return;
    }
    const sha256 =
      (await sha256Of(join(this.#folder, path, "tagmanifest-sha256.txt"))) ??
      (await prunedSha256(join(this.#folder, path)));
    if (sha256 === bagSha256) return;
    const [kind, seen] =
      sha256 === undefined ? (["missing", "is not there"] as const) : (["changed", `is ${sha256}`] as const);
    this.#problems.push({ kind, file: path, message: `${this.#name} has it as ${bagSha256}, and it ${seen}` });
  }

  #tell(kind: BagProblem["kind"], file: string, message: string): void {
    this.#problems.push({ kind, file: `${this.#name}/data/${file}`, message });
  }
}

/** The lines of the cells of a root, in the order of the plan. */
export function rootCells(run: string, number: number): AsyncIterable<string> {
  return linesOf(join(run, rootName(number), "data", "cells.jsonl"));
}

/** The name of the folder of a root. */
export function rootName(number: number): string {
  return `root-${String(number).padStart(4, "0")}`;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return []; // What cannot be looked into holds no root, and that is told.
  }
}

/** The hash of a bag that a good tombstone stands for. */
async function prunedSha256(bag: string): Promise<string | undefined> {
  const stone = await readTombstone(bag);
  return stone?.problems.length === 0 ? stone.bagSha256 : undefined;
}
