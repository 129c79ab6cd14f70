import { createHash } from "node:crypto";

interface Subtree {
  readonly leaves: number;
  readonly hash: Buffer;
}

/**
 * The root of a Merkle tree as RFC 6962, section 2.1 has it: SHA-256 over 0 and the leaf, or over 1 and two hashes. Keeps
 * as many hashes as the number of leaves has binary digits.
 */
export class MerkleTree {
  readonly #subtrees: Subtree[] = [];

  add(leaf: string): void {
    let added: Subtree = { leaves: 1, hash: hashOf(Buffer.of(0), Buffer.from(leaf)) };
    for (let last = this.#subtrees.at(-1); last?.leaves === added.leaves; last = this.#subtrees.at(-1)) {
      this.#subtrees.pop();
      added = { leaves: 2 * added.leaves, hash: hashOf(Buffer.of(1), last.hash, added.hash) };
    }
    this.#subtrees.push(added);
  }

  /** The root in hex; that of no leaf is the SHA-256 of nothing. */
  root(): string {
    const [right, ...rest] = this.#subtrees.map(({ hash }) => hash).toReversed();
    if (!right) return hashOf().toString("hex");
    return rest.reduce((joined, left) => hashOf(Buffer.of(1), left, joined), right).toString("hex");
  }
}

function hashOf(...parts: readonly Buffer[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}
