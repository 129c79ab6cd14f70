import { createHash } from "node:crypto";

/** The way from a leaf of a Merkle tree up to its root (RFC 6962, section 2.1.1). */
export interface AuditPath {
  /** Place of the leaf, from 0. */
  readonly index: number;
  /** How many leaves the tree has. */
  readonly leaves: number;
  /** In hex. */
  readonly root: string;
  /** In hex: the hashes beside the way, from the leaf up. */
  readonly path: readonly string[];
}

/** A whole part of the tree. */
interface Subtree {
  readonly size: number;
  readonly hash: Buffer;
  /** Whether the leaf is in it. */
  readonly holdsLeaf: boolean;
}

/** Makes the audit path of one leaf while leaf after leaf goes by, in memory that grows with their logarithm. */
export class AuditPathMaker {
  readonly #full: Subtree[] = [];
  readonly #path: Buffer[] = [];
  #leaves = 0;
  #index: number | undefined;

  /** @param isIt Whether this is the leaf that the path is for: the first that is. */
  add(leaf: string, isIt: boolean): void {
    const holdsLeaf = isIt && this.#index === undefined;
    if (holdsLeaf) this.#index = this.#leaves;
    this.#leaves += 1;
    let added: Subtree = { size: 1, hash: leafHash(leaf), holdsLeaf };
    for (let left = this.#full.at(-1); left?.size === added.size; left = this.#full.at(-1)) {
      this.#full.pop();
      added = this.#joined(left, added);
    }
    this.#full.push(added);
  }

  /** Undefined when no leaf was the one. */
  end(): AuditPath | undefined {
    const [right, ...rest] = this.#full.toReversed();
    if (!right || this.#index === undefined) return undefined;
    const { hash } = rest.reduce((joined, left) => this.#joined(left, joined), right);
    this.#full.length = 0;
    const path = this.#path.map((beside) => beside.toString("hex"));
    return { index: this.#index, leaves: this.#leaves, root: hash.toString("hex"), path };
  }

  #joined(left: Subtree, right: Subtree): Subtree {
    if (left.holdsLeaf) this.#path.push(right.hash);
    if (right.holdsLeaf) this.#path.push(left.hash);
    const holdsLeaf = left.holdsLeaf || right.holdsLeaf;
    return { size: left.size + right.size, hash: nodeHash(left.hash, right.hash), holdsLeaf };
  }
}

/**
 * The root that a leaf leads to over its audit path, in hex (RFC 9162, section 2.1.3.2, which tells for RFC 6962 how to);
 * undefined when a tree of so many leaves has no such path.
 */
export function rootOver(leaf: string, { index, leaves, path }: Omit<AuditPath, "root">): string | undefined {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(leaves) || index < 0 || index >= leaves) return undefined;
  let [at, last] = [BigInt(index), BigInt(leaves) - 1n];
  let hash = leafHash(leaf);
  for (const hex of path) {
    if (last === 0n || !/^[0-9a-f]{64}$/.test(hex)) return undefined;
    const beside = Buffer.from(hex, "hex");
    if (at % 2n === 1n || at === last) {
      hash = nodeHash(beside, hash);
      while (at % 2n === 0n && at !== 0n) [at, last] = [at / 2n, last / 2n];
    } else hash = nodeHash(hash, beside);
    [at, last] = [at / 2n, last / 2n];
  }
  return last === 0n ? hash.toString("hex") : undefined;
}

function leafHash(leaf: string): Buffer {
  return createHash("sha256").update(Buffer.of(0)).update(leaf).digest();
}

function nodeHash(left: Buffer, right: Buffer): Buffer {
  return createHash("sha256").update(Buffer.of(1)).update(left).update(right).digest();
}
