import { createHash } from "node:crypto";

/** The root of a Merkle tree (RFC 6962, section 2.1, with SHA-256), leaf by leaf, in memory that grows with its logarithm. */
export class MerkleTree {
  /** Roots of the full subtrees to the left of the next leaf, each larger than the one after it. */
  readonly #full: { readonly size: number; readonly hash: Buffer }[] = [];

  add(leaf: string): void {
    let [size, hash] = [1, digest(Buffer.of(0), Buffer.from(leaf))];
    for (let left = this.#full.pop(); left; left = this.#full.pop()) {
      if (left.size > size) {
        this.#full.push(left);
        break;
      }
      [size, hash] = [2 * size, digest(Buffer.of(1), left.hash, hash)];
    }
    this.#full.push({ size, hash });
  }

  /** In hex. */
  root(): string {
    let joined: Buffer | undefined;
    for (const { hash } of this.#full.toReversed()) joined = joined ? digest(Buffer.of(1), hash, joined) : hash;
    return (joined ?? digest()).toString("hex");
  }
}

function digest(...parts: readonly Buffer[]): Buffer {
  return createHash("sha256").update(Buffer.concat(parts)).digest();
}
