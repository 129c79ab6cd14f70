import type { VerifiedBag } from "./verify-bag.ts";
import { type Tombstone, TOMBSTONE_FILES } from "./tombstone.ts";

/** What is found of a bag that has a tombstone: nothing else may be left of it. */
export function verifyPruned(folder: string, stone: Tombstone, present: ReadonlyMap<string, number>): VerifiedBag {
  const { bagSha256, signedBy, prunedAt, reason } = stone;
  const left = Array.from(present.keys()).filter((file) => !TOMBSTONE_FILES.includes(file));
  const message = "is left of a bag that was pruned: `bentham prune` completes it";
  return {
    folder,
    files: TOMBSTONE_FILES.length,
    sha256: bagSha256,
    ...(signedBy === undefined ? {} : { signedBy }),
    pruned: { at: prunedAt, reason },
    problems: [...stone.problems, ...left.map((file) => ({ kind: "unlisted", file, message }) as const)],
  };
}
